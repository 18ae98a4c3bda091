import type { JWK } from 'jose';
import { isObject, isSignedBy, type JsonObject, parseJws } from '../document/jws.ts';
import { hex } from '../encoding/bytes.ts';
import { type NoteKey, parseVerifierKey } from '../log/signed-note.ts';
import { readKeys, readParticipant } from './participant.ts';

/** Who a participant of the register is, as far as papers are concerned. */
export type TrustedParticipant = {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** Its own address, from the register. */
  readonly homepage?: string | undefined;
  /** The roles that it holds now. */
  readonly roles: readonly string[];
  /** What it may do and might do before, each with its time. */
  readonly entitlements: readonly Entitlement[];
};

/** Roles and credential types (`vct`) that a participant held for a time. */
export type Entitlement = {
  readonly roles: readonly string[];
  readonly credentialTypes: readonly string[];
  readonly from: Date;
  readonly until?: Date | undefined;
};

/** A signing key of a participant, in force or not any more. */
export type TrustedKey = {
  readonly participant: TrustedParticipant;
  readonly jwk: JWK;
  readonly from: Date;
  readonly until?: Date | undefined;
  /** Its signatures count only for what stands in the log before this index. */
  readonly revoked?: { readonly at: Date; readonly logIndex: number } | undefined;
};

/** The roots of trust of one country at one version of its register. */
export type TrustList = {
  readonly version: number;
  /** A signing key that a participant has or had. */
  key(kid: string): TrustedKey | undefined;
  participant(id: string): TrustedParticipant | undefined;
  readonly log: {
    readonly origin: string;
    readonly key: NoteKey;
    readonly participant: string;
    /** How many of which witnesses must have cosigned a checkpoint; absent where none are asked for. */
    readonly witnesses?: { readonly quorum: number; readonly keys: readonly NoteKey[] };
  };
  /** Where checkpoints are anchored; absent while the log has no anchor contract. */
  readonly anchor?: {
    readonly chainId: number;
    readonly contract: string;
    /** Hashes of blocks that whoever gave this list knows to be final. */
    readonly finalBlocks?: readonly string[];
  };
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
    participant: (id) => [...keys.values()].find(({ participant }) => participant.id === id)?.participant,
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
  const { finalBlocks } = value;
  if (finalBlocks === undefined) return { chainId: Number(chainId), contract };
  const isHash = (hash: unknown) => typeof hash === 'string' && /^0x[0-9a-fA-F]{64}$/.test(hash);
  if (!Array.isArray(finalBlocks) || !finalBlocks.every(isHash)) return undefined;
  return { chainId: Number(chainId), contract, finalBlocks };
}

function indexKeys(payload: JsonObject): ReadonlyMap<string, TrustedKey> | undefined {
  if (!Array.isArray(payload['participants'])) return undefined;
  const keys = new Map<string, TrustedKey>();
  for (const entry of payload['participants']) {
    const participant = readParticipant(entry);
    const owned = participant && readKeys(entry, participant);
    if (!owned) return undefined;
    for (const [kid, key] of owned) {
      // One key has one owner; a register that says otherwise is not to be believed.
      if (keys.has(kid)) return undefined;
      keys.set(kid, key);
    }
  }
  return keys;
}
