import type { webcrypto } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { ed25519 } from '@noble/curves/ed25519.js';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { base64url, sha256, utf8 } from '../../src/encoding/bytes.ts';
import {
  checkpointText,
  commitTo,
  composeFile,
  encodeEntry,
  type FileParts,
  formatTlogProof,
  formatVerifierKey,
  type Kind,
  kinds,
  leafHash,
  noteKey,
  signatureLine,
} from '../../src/index.ts';
import { inclusionPath, rootOf } from './tree.ts';

export const now = new Date('2026-11-21T04:00:00Z');
export const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
export const titleDeed = 'urn:xinlu:credential:land-title-deed:1';
export const listUri = 'https://land.example/status/1';
export const salt = new Uint8Array(32).fill(7);
export const origin = 'xinlu.example/log';
export const anchorAt = { chainId: 31337, contract: `0x${'5f'.repeat(20)}` };

export type TestKey = {
  jwk: JWK;
  privateKey: webcrypto.CryptoKey;
  sign(typ: string, payload: object): Promise<string>;
};

export async function newKey(): Promise<TestKey> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    jwk: { ...jwk, kid, use: 'sig', alg: 'ES256' },
    privateKey: pair.privateKey,
    sign: (typ, payload) =>
      new CompactSign(utf8(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'ES256', typ, kid })
        .sign(pair.privateKey),
  };
}

/** A small country: register, land office, another issuer, broker, ledger and its log. */
export async function newWorld(changes: { readonly [id: string]: (key: TestKey) => object } = {}) {
  const [register, landOffice, otherIssuer, broker, ledger, idp] = await Promise.all(
    Array.from({ length: 6 }, newKey),
  );
  if (!register || !landOffice || !otherIssuer || !broker || !ledger || !idp) throw new Error('keys missing');
  const logSecret = ed25519.utils.randomSecretKey();
  const logKey = noteKey(origin, ed25519.getPublicKey(logSecret));
  const participant = (id: string, key: TestKey, roles: string[], more: object = {}) => ({
    id,
    name: { 'zh-TW': `名${id}`, en: `name of ${id}` },
    roles,
    keys: [key.jwk],
    validFrom: '2026-01-01T00:00:00Z',
    ...more,
    ...changes[id]?.(key),
  });
  const snapshot = await register.sign('xinlu-register+jwt', {
    version: 3,
    participants: [
      participant('land-office', landOffice, ['issuer', 'submitter'], {
        issuer: { credentialTypes: [titleDeed] },
      }),
      participant('company-office', otherIssuer, ['issuer'], { issuer: { credentialTypes: ['urn:other'] } }),
      participant('consent', broker, ['broker', 'submitter']),
      participant('ledger', ledger, ['operator']),
      participant('idp', idp, ['identity-provider']),
    ],
  });
  const trust = {
    format: 'xinlu-trust/1',
    register: { keys: [register.jwk] },
    snapshot,
    log: { origin, vkey: formatVerifierKey(logKey), participant: 'ledger' },
    anchor: anchorAt,
  };

  function signCheckpoint(size: number, root: Uint8Array, name = origin): string {
    const text = checkpointText({ origin: name, size, root });
    return `${text}\n${signatureLine(logKey, ed25519.sign(utf8(text), logSecret))}`;
  }

  function anchorStatement(size: number, root: Uint8Array, changes: object = {}, by = ledger as TestKey) {
    return by.sign('xinlu-anchor+jwt', {
      iss: 'ledger',
      iat: seconds(now),
      log: origin,
      size,
      root: base64url(root),
      chain_id: anchorAt.chainId,
      contract: anchorAt.contract,
      transaction: `0x${'ab'.repeat(32)}`,
      block_number: 12,
      block_hash: `0x${'cd'.repeat(32)}`,
      state: 'final',
      ...changes,
    });
  }

  /** A tree of nine entries in which the document's stands at index 5. */
  async function evidence(kind: Kind, document: string, issuer: string, anchor: object = {}) {
    const signed = document.split('~')[0] ?? '';
    const entry = { type: kinds[kind].entryType, issuer, commitment: commitTo(signed, salt) };
    const leaves = Array.from({ length: 9 }, (_, i) => leafHash(Uint8Array.of(i)));
    leaves[5] = leafHash(encodeEntry(entry));
    const root = rootOf(leaves);
    const proof = { index: 5, path: inclusionPath(5, leaves), checkpoint: signCheckpoint(9, root) };
    return { proof: formatTlogProof(proof), anchor: await anchorStatement(9, root, anchor), root };
  }

  async function file(kind: Kind, document: string, issuer: string, more: Partial<FileParts> = {}) {
    const { proof, anchor } = await evidence(kind, document, issuer);
    return composeFile({ kind, document, salt, proof, anchor, ...more });
  }

  return {
    register,
    landOffice,
    otherIssuer,
    broker,
    ledger,
    idp,
    trust,
    trustText: JSON.stringify(trust),
    signCheckpoint,
    anchorStatement,
    evidence,
    file,
  };
}

export type World = Awaited<ReturnType<typeof newWorld>>;

export const fields = [
  ['s1', 'owner', '林怡君'],
  ['s2', 'area', '85.20'],
] as const;
export const disclosures = fields.map((field) => base64url(utf8(JSON.stringify(field))));

/** A title deed with two selectively disclosable fields, status index 9. */
export async function titleDeedOf(
  key: TestKey,
  changes: object = {},
  disclosed = disclosures,
): Promise<string> {
  const jwt = await key.sign('dc+sd-jwt', {
    iss: 'land-office',
    iat: seconds(now) - 3600,
    exp: seconds(now) + 86_400,
    vct: titleDeed,
    title_number: '建字第000123號',
    _sd_alg: 'sha-256',
    _sd: disclosures.map((disclosure) => base64url(sha256(utf8(disclosure)))),
    status: { status_list: { uri: listUri, idx: 9 } },
    ...changes,
  });
  return [jwt, ...disclosed, ''].join('~');
}

/** A status list with 2 bits an entry in which index 9 has this status. */
export function statusListOf(key: TestKey, status: number, changes: object = {}): Promise<string> {
  const list = new Uint8Array(64);
  list[Math.floor(9 / 4)] = status << ((9 % 4) * 2);
  return key.sign('statuslist+jwt', {
    iss: 'land-office',
    sub: listUri,
    iat: seconds(now) - 60,
    ttl: 3600,
    status_list: { bits: 2, lst: base64url(deflateSync(list)) },
    ...changes,
  });
}
