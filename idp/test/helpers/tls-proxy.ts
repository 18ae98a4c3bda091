import { randomBytes, webcrypto } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ExtendedKeyUsage, ExtendedKeyUsageExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { CustomFetch } from 'openid-client';
import type { Authority } from './cards.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export type TlsIdentity = { key: string; cert: string; der: Buffer };

const pem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/** A TLS certificate with its key: of an authority, or signed by itself. */
export async function makeTlsIdentity(
  subject: string,
  authority?: Authority,
  purpose = ExtendedKeyUsage.clientAuth,
): Promise<TlsIdentity> {
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(15).toString('hex')}`,
    subject,
    issuer: authority?.certificate.subject ?? subject,
    notBefore: new Date('2024-01-01'),
    notAfter: new Date('2040-01-01'),
    publicKey: keys.publicKey,
    signingKey: authority?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: authority?.algorithm ?? EC,
    extensions: [new ExtendedKeyUsageExtension([purpose])],
  });
  return {
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    cert: pem('CERTIFICATE', certificate.rawData),
    der: Buffer.from(certificate.rawData),
  };
}

/** A TLS proxy as RFC 9440 has it: asks for a certificate, drops what its clients claim, and says what they have shown. */
export async function startTlsProxy(
  target: string,
  options: { port?: number; sendHeader?: boolean } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const own = await makeTlsIdentity('CN=localhost', undefined, ExtendedKeyUsage.serverAuth);
  const server = createServer(
    { key: own.key, cert: own.cert, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) => {
      const { 'client-cert': _claimed, ...headers } = incoming.headers;
      const shown = (incoming.socket as import('node:tls').TLSSocket).getPeerCertificate().raw;
      const cert = shown === undefined ? {} : { 'client-cert': `:${shown.toString('base64')}:` };
      const onward = plainRequest(
        new URL(incoming.url ?? '/', target),
        { method: incoming.method ?? 'GET', headers: { ...headers, ...cert } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    },
  );
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A fetch that shows the certificate to https addresses (the proxy's own certificate is of this test, so unchecked). */
export function tlsFetch(identity: TlsIdentity | undefined): CustomFetch {
  return async (url, init) => {
    if (!url.startsWith('https:')) return fetch(url, init as RequestInit);
    const body = init.body === undefined || init.body === null ? undefined : String(init.body);
    return new Promise((resolve, reject) => {
      const onward = request(
        url,
        {
          method: init.method,
          headers: init.headers as Record<string, string>,
          rejectUnauthorized: false,
          agent: false,
          ...(identity === undefined ? {} : { key: identity.key, cert: identity.cert }),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const headers = new Headers();
            for (const [name, value] of Object.entries(answer.headers))
              if (value !== undefined) headers.set(name, String(value));
            resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 502, headers }));
          });
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  };
}
