import type { JWK } from 'jose';
import { isObject, isSignedBy, type JsonObject, parseJws } from '../document/jws.ts';
import { hex } from '../encoding/bytes.ts';
import { type NoteKey, parseVerifierKey } from '../log/signed-note.ts';

/** Who a participant of the register is, as far as papers are concerned. */
export type TrustedParticipant = {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly roles: readonly string[];
  /** Credential types (`vct`) that it may issue. */
  readonly credentialTypes: readonly string[];
  readonly validFrom: Date;
  readonly validUntil?: Date;
};

/** The roots of trust of one country at one version of its register. */
export type TrustList = {
  readonly version: number;
  /** The participant that owns a signing key, and the key. */
  key(kid: string): { readonly participant: TrustedParticipant; readonly jwk: JWK } | undefined;
  readonly log: {
    readonly origin: string;
    readonly key: NoteKey;
    readonly participant: string;
    /** How many of which witnesses must have cosigned a checkpoint; absent where none are asked for. */
    readonly witnesses?: { readonly quorum: number; readonly keys: readonly NoteKey[] };
  };
  /** Where checkpoints are anchored; absent while the log has no anchor contract. */
  readonly anchor?: { readonly chainId: number; readonly contract: string };
};

/**
 * Reads `trust.json` and verifies its register snapshot by the register's keys in the same file: the file
 * itself is the root, so it must come from a source that its reader trusts.
 *
 * @returns undefined if it is malformed or its snapshot is not signed by the register
 */
export async function readTrustList(text: string): Promise<TrustList | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['format'] !== 'xinlu-trust/1') return undefined;
  const { register, snapshot, log, anchor } = value;
  const registerKeys = isObject(register) && Array.isArray(register['keys']) ? register['keys'] : [];
  const payload = await verifySnapshot(snapshot, registerKeys.filter(isObject));
  const trustedLog = readLog(log);
  if (!payload || !trustedLog) return undefined;
  const keys = indexKeys(payload);
  const trustedAnchor = readAnchor(anchor);
  if (!keys || (anchor !== undefined && !trustedAnchor)) return undefined;
  return {
    version: Number(payload['version']),
    key: (kid) => keys.get(kid),
    log: trustedLog,
    ...(trustedAnchor && { anchor: trustedAnchor }),
  };
}

async function verifySnapshot(
  snapshot: unknown,
  keys: readonly JsonObject[],
): Promise<JsonObject | undefined> {
  const jws = parseJws(snapshot);
  const key = jws && keys.find(({ kid }) => kid === jws.header['kid']);
  if (!jws || !key || !(await isSignedBy(jws, key as JWK, ['xinlu-register+jwt']))) return undefined;
  return jws.payload;
}

function readLog(value: unknown): TrustList['log'] | undefined {
  if (!isObject(value)) return undefined;
  const { origin, participant } = value;
  const key = parseVerifierKey(value['vkey']);
  if (typeof origin !== 'string' || typeof participant !== 'string' || !key) return undefined;
  if (value['witnesses'] === undefined) return { origin, key, participant };
  const witnesses = readWitnesses(value['witnesses']);
  return witnesses && { origin, key, participant, witnesses };
}

/** A policy that asks for more witnesses than it names, or for none, is a mistake and not to be followed. */
function readWitnesses(value: unknown): TrustList['log']['witnesses'] {
  if (!isObject(value) || !Array.isArray(value['keys'])) return undefined;
  const { quorum } = value;
  const keys = value['keys'].map((text) => parseVerifierKey(text, 'cosignature'));
  const known = keys.filter((key) => key !== undefined);
  // One key under two names would count twice: the signed text does not hold the name.
  const distinct = new Set(known.map(({ publicKey }) => hex(publicKey)));
  if (known.length !== keys.length || distinct.size !== keys.length) return undefined;
  if (!Number.isSafeInteger(quorum) || Number(quorum) < 1 || Number(quorum) > keys.length) return undefined;
  return { quorum: Number(quorum), keys: known };
}

function readAnchor(value: unknown): TrustList['anchor'] {
  if (!isObject(value)) return undefined;
  const { chainId, contract } = value;
  if (!Number.isSafeInteger(chainId) || typeof contract !== 'string') return undefined;
  if (!/^0x[0-9a-fA-F]{40}$/.test(contract)) return undefined;
  return { chainId: Number(chainId), contract };
}

type OwnedKey = { participant: TrustedParticipant; jwk: JWK };

function indexKeys(payload: JsonObject): ReadonlyMap<string, OwnedKey> | undefined {
  if (!Array.isArray(payload['participants'])) return undefined;
  const keys = new Map<string, OwnedKey>();
  for (const entry of payload['participants']) {
    const participant = readParticipant(entry);
    if (!participant) return undefined;
    for (const jwk of entry.keys as JWK[]) {
      if (typeof jwk.kid !== 'string' || jwk.use === 'enc') continue;
      // One key has one owner; a register that says otherwise is not to be believed.
      if (keys.has(jwk.kid)) return undefined;
      keys.set(jwk.kid, { participant, jwk });
    }
  }
  return keys;
}

function readParticipant(value: unknown): TrustedParticipant | undefined {
  if (!isObject(value) || !isObject(value['name'])) return undefined;
  const { id, name, roles, keys, issuer, validFrom, validUntil } = value;
  const types = isObject(issuer) ? issuer['credentialTypes'] : [];
  const from = readDate(validFrom);
  const until = readDate(validUntil);
  if (typeof id !== 'string' || !from || (validUntil !== undefined && !until)) return undefined;
  if (!isTexts(roles) || !isTexts(types) || !Array.isArray(keys) || !keys.every(isObject)) return undefined;
  return {
    id,
    name: { zh: String(name['zh-TW'] ?? id), en: String(name['en'] ?? id) },
    roles,
    credentialTypes: types,
    validFrom: from,
    ...(until && { validUntil: until }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function readDate(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
