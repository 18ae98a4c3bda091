import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { parseItem } from 'structured-headers';
import { refused } from '../errors/index.ts';

const HEADER = 'client-cert';
const CHAIN_HEADER = 'client-cert-chain';

const presented = new WeakMap<IncomingMessage, X509Certificate>();

/**
 * The certificate whose private key the caller has shown at a TLS proxy of ours: possession alone. Whether it is worth
 * anything (path, policy, revocation) is the caller's to judge.
 */
export function clientCertificateOf(request: IncomingMessage): X509Certificate | undefined {
  return presented.get(request);
}

/**
 * The client certificate of each request from RFC 9440's `Client-Cert`, believed only when the TCP peer itself is a
 * listed TLS proxy: never by an address that a header names. From anybody else the header is gone before anything can
 * read it (RFC 9440 section 4); from a proxy, one that is not exactly one certificate refuses the request
 * (`client-certificate-malformed`). The proxy must remove what its own clients send under these names.
 * To be registered before every hook that reads headers.
 */
export function registerClientCertificates(app: FastifyInstance, tlsProxies: BlockList): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    // Node makes each view of the headers when it is first asked for; most requests need no look beyond the raw list.
    if (raw.rawHeaders.some(isOurs)) take(raw);
    done();
  });

  function take(raw: IncomingMessage): void {
    const values = valuesOf(raw, HEADER);
    for (const name of [HEADER, CHAIN_HEADER]) remove(raw, name);
    if (values.length === 0 || !isListed(raw.socket.remoteAddress, tlsProxies)) return;
    presented.set(raw, readClientCertificate(values));
  }
}

/** A value that reads like one of the names is looked at more closely, and no more. */
function isOurs(text: string): boolean {
  return (
    (text.length === HEADER.length || text.length === CHAIN_HEADER.length) &&
    (text.toLowerCase() === HEADER || text.toLowerCase() === CHAIN_HEADER)
  );
}

function isListed(peer: string | undefined, list: BlockList): boolean {
  // A link-local peer carries its zone, which no list names.
  const address = peer?.split('%')[0] ?? '';
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** RFC 9440 section 2.2: one structured field item, a byte sequence (RFC 9651) of one DER certificate. */
function readClientCertificate(values: readonly string[]): X509Certificate {
  try {
    const [text, ...more] = values;
    if (text === undefined || more.length > 0) throw new Error('the field stands twice');
    const [item, parameters] = parseItem(text);
    if (!(item instanceof ArrayBuffer) || parameters.size > 0)
      throw new Error('the field is no byte sequence');
    const der = Buffer.from(item);
    const certificate = new X509Certificate(der);
    // The constructor takes PEM, and more bytes than a certificate, too.
    if (!certificate.raw.equals(der)) throw new Error('the field is not one DER certificate');
    return certificate;
  } catch (cause) {
    throw refused('client-certificate-malformed', 'The client certificate cannot be read.', { cause });
  }
}

/** From the raw list, where lines that Node joins or drops are still apart. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.flatMap((text, index) =>
    index % 2 === 0 && text.toLowerCase() === name ? [rawHeaders[index + 1] ?? ''] : [],
  );
}

function remove(request: IncomingMessage, name: string): void {
  // Node reads both views from the raw list at first use: they are taken before it changes.
  delete request.headers[name];
  // A request that never was on a wire (Fastify's inject) has no distinct view.
  delete (request.headersDistinct as IncomingMessage['headersDistinct'] | undefined)?.[name];
  request.rawHeaders = request.rawHeaders.filter(
    (_text, index, all) => all[index - (index % 2)]?.toLowerCase() !== name,
  );
}
