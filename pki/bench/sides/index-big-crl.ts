import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { indexOffThread } from '../../src/engine/index-in-worker.ts';
import { parseCertificate } from '../../src/index.ts';

/** Indexes one CRL as the engine does, in a fresh process, and prints time, memory and look-ups as JSON. */
const LOOKUPS = 1_000_000;
const SERIALS = 1000;

function readInto(path: string): Uint8Array {
  const file = openSync(path, 'r');
  const octets = new Uint8Array(fstatSync(file).size);
  readSync(file, octets, 0, octets.length, 0);
  closeSync(file);
  return octets;
}

const [crl = '', anchor = ''] = process.argv.slice(2);
const issuer = parseCertificate(readFileSync(anchor));
const job = {
  der: readInto(crl),
  issuerNameDer: Uint8Array.from(issuer.subjectDn.der),
  issuerKeyDer: Uint8Array.from(issuer.subjectPublicKey.der),
};
const start = performance.now();
const indexed = await indexOffThread(job);
const seconds = Math.round(performance.now() - start) / 1000;
const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);

const serials = Array.from({ length: SERIALS }, (_, i) => Buffer.alloc(16, i));
const lookupStart = performance.now();
for (let i = 0; i < LOOKUPS; i++) indexed.revoked.find(serials[i % SERIALS] as Uint8Array, issuer.subjectDn);
const lookupsPerSecond = Math.round(LOOKUPS / ((performance.now() - lookupStart) / 1000));
const heldMB = Math.round(indexed.revoked.heldBytes / 1e5) / 10;
console.log(JSON.stringify({ seconds, peakMB, heldMB, lookupsPerSecond }));
