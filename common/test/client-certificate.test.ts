import { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peers } from '../src/config/index.ts';
import { type AppInstance, buildHttp, clientCertificateOf } from '../src/http/index.ts';
import { createLogger } from '../src/log/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

const [{ kv } = { kv: undefined }] = await testKeyValues();
if (kv === undefined) throw new Error('no key-value store');
const certificate = new X509Certificate(rootCertificates[0] ?? '');
const other = new X509Certificate(rootCertificates[1] ?? '');
const field = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`;
const good = field(certificate.raw);
const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';

let app: AppInstance;
let port: number;

beforeAll(async () => {
  app = await buildHttp({
    name: 'test',
    publicUrl: 'http://localhost:4999',
    log: createLogger({ name: 'test', level: 'silent' }),
    kv,
    ready: async () => ({}),
    // The stranger may say who called him; that must not make him a TLS proxy.
    trustedProxies: [STRANGER, PROXY],
    tlsProxies: peers().read(`${PROXY}, fd00::/8`),
  });
  app.get('/', async (received) => ({
    ip: received.ip,
    fingerprint: clientCertificateOf(received.raw)?.fingerprint256 ?? null,
    left: [
      ...Object.keys(received.headers),
      ...Object.keys(received.raw.headersDistinct ?? {}),
      ...received.raw.rawHeaders.map((text) => text.toLowerCase()),
    ].filter((name) => name.startsWith('client-cert')),
  }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});
afterAll(async () => {
  await app?.close();
  await kv.close();
});

type Answer = {
  status: number;
  json: { ip?: string; fingerprint?: string | null; left?: string[]; code?: string };
};

function ask(from: string, headers: readonly (readonly [string, string])[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, localAddress: from, agent: false }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }));
    });
    sent.on('error', reject);
    const names = new Set(headers.map(([name]) => name));
    for (const name of names)
      sent.setHeader(
        name,
        headers.filter(([same]) => same === name).map(([, value]) => value),
      );
    sent.end();
  });
}

describe('when a listed TLS proxy speaks', () => {
  test('then its certificate is the caller’s, and no header is left', async () => {
    const { status, json } = await ask(PROXY, [
      ['Client-Cert', good],
      ['Client-Cert-Chain', field(other.raw)],
    ]);
    expect(status).toBe(200);
    expect(json).toEqual({ ip: PROXY, fingerprint: certificate.fingerprint256, left: [] });
  });

  test('then without a header there is no certificate', async () => {
    expect((await ask(PROXY, [])).json.fingerprint).toBeNull();
  });

  test('then an address that it forwards takes nothing away', async () => {
    const { json } = await ask(PROXY, [
      ['Client-Cert', good],
      ['X-Forwarded-For', '203.0.113.9'],
    ]);
    expect(json).toMatchObject({ ip: '203.0.113.9', fingerprint: certificate.fingerprint256 });
  });

  const pem = Buffer.from(certificate.toString());
  const malformed: readonly (readonly [string, string[]])[] = [
    ['a second line', [good, field(other.raw)]],
    ['the same line twice', [good, good]],
    ['two in one line', [`${good}, ${field(other.raw)}`]],
    ['an empty value', ['']],
    ['an empty byte sequence', ['::']],
    ['plain base64', [certificate.raw.toString('base64')]],
    ['a string', [`"${certificate.raw.toString('base64')}"`]],
    ['PEM inside', [field(pem)]],
    ['url-encoded PEM, as nginx sends it', [encodeURIComponent(certificate.toString())]],
    ['a byte after the certificate', [field(Buffer.concat([certificate.raw, Buffer.of(0)]))]],
    ['two certificates in one', [field(Buffer.concat([certificate.raw, other.raw]))]],
    ['half a certificate', [field(certificate.raw.subarray(0, 300))]],
    ['parameters', [`${good};trusted`]],
  ];
  test.each(malformed)('then %s is refused', async (_what, values) => {
    const { status, json } = await ask(
      PROXY,
      values.map((value) => ['Client-Cert', value] as const),
    );
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'client-certificate-malformed' });
  });
});

describe('when anybody else speaks', () => {
  const tricks: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['the header alone', []],
    ['X-Forwarded-For naming the proxy', [['X-Forwarded-For', PROXY]]],
    ['a chain of forwarded addresses', [['X-Forwarded-For', `${PROXY}, ${PROXY}`]]],
    ['Forwarded naming the proxy', [['Forwarded', `for=${PROXY}`]]],
    ['X-Real-IP naming the proxy', [['X-Real-IP', PROXY]]],
    ['the header twice', [['Client-Cert', field(other.raw)]]],
    ['the header in other letters', [['CLIENT-CERT', good]]],
  ];
  test.each(tricks)('then %s gives no certificate, and nothing reads the header', async (_what, more) => {
    const { status, json } = await ask(STRANGER, [
      ['Client-Cert', good],
      ['Client-Cert-Chain', good],
      ...more,
    ]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ fingerprint: null, left: [] });
  });

  test('then an injected request is served too, without the header', async () => {
    const answer = await app.inject({ url: '/', headers: { 'client-cert': good }, remoteAddress: STRANGER });
    expect(answer.json()).toMatchObject({ fingerprint: null, left: [] });
  });

  test('then a malformed one is not even looked at', async () => {
    expect((await ask(STRANGER, [['Client-Cert', 'nonsense']])).status).toBe(200);
  });
});

describe('the list of TLS proxies', () => {
  test('takes addresses and blocks of both families, and IPv4 in IPv6 form', () => {
    const list = peers().read('10.1.2.3, 192.168.0.0/16,fd00::/8');
    expect(list.check('10.1.2.3')).toBe(true);
    expect(list.check('::ffff:10.1.2.3', 'ipv6')).toBe(true);
    expect(list.check('192.168.7.7')).toBe(true);
    expect(list.check('fd12::1', 'ipv6')).toBe(true);
    expect(list.check('10.1.2.4')).toBe(false);
    expect(peers().read(undefined).check('127.0.0.1')).toBe(false);
  });

  test.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '1.2.3', '::/129'])(
    'refuses %s',
    (text) => {
      expect(() => peers().read(text)).toThrow('IP addresses or CIDR blocks');
    },
  );
});
