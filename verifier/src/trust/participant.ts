import type { JWK } from 'jose';
import { isObject, type JsonObject } from '../document/jws.ts';
import type { Entitlement, TrustedKey, TrustedParticipant } from './trust-list.ts';

/** A participant of a verified register snapshot; undefined if it is malformed. */
export function readParticipant(value: unknown): TrustedParticipant | undefined {
  if (!isObject(value) || !isObject(value['name'])) return undefined;
  const { id, name, roles, homepage } = value;
  const entitlements = readEntitlements(value);
  if (typeof id !== 'string' || !isTexts(roles) || !entitlements) return undefined;
  const { 'zh-TW': zh, en } = name;
  return {
    id,
    name: { zh: String(zh ?? id), en: String(en ?? id) },
    ...(typeof homepage === 'string' && { homepage }),
    roles,
    entitlements,
  };
}

/** What stands in the entry itself counts since the last of its former entitlements ended. */
function readEntitlements(entry: JsonObject): Entitlement[] | undefined {
  const { roles, issuer, validFrom, validUntil, past } = entry;
  const former = isObject(past) ? (past['entitlements'] ?? []) : [];
  if (!Array.isArray(former)) return undefined;
  const read = former.map((one: unknown) => isObject(one) && readEntitlement(one));
  const credentialTypes = isObject(issuer) ? issuer['credentialTypes'] : [];
  const current = readEntitlement({ roles, credentialTypes, from: validFrom, until: validUntil });
  if (!current || !read.every((one) => !!one)) return undefined;
  const ends = read.map(({ until }) => until?.getTime() ?? Number.POSITIVE_INFINITY);
  const since = new Date(Math.max(current.from.getTime(), ...ends));
  return Number.isNaN(since.getTime()) ? undefined : [...read, { ...current, from: since }];
}

function readEntitlement({ roles, credentialTypes, from, until }: JsonObject): Entitlement | undefined {
  const term = readTerm(from, until);
  return term && isTexts(roles) && isTexts(credentialTypes) ? { roles, credentialTypes, ...term } : undefined;
}

/** A key without dates is limited by the time of its owner alone. */
const always = new Date(0);

/** The signing keys of an entry, those of its past included, by `kid`; undefined if they contradict themselves. */
export function readKeys(
  entry: JsonObject,
  participant: TrustedParticipant,
): ReadonlyMap<string, TrustedKey> | undefined {
  const { keys, past } = entry;
  const records = isObject(past) ? (past['keys'] ?? []) : [];
  if (!Array.isArray(keys) || !Array.isArray(records)) return undefined;
  const known = new Map<string, TrustedKey>();
  for (const jwk of keys) {
    if (!isObject(jwk)) return undefined;
    const { kid } = jwk;
    if (typeof kid === 'string' && jwk['use'] !== 'enc')
      known.set(kid, { participant, jwk: jwk as JWK, from: always });
  }
  for (const record of records) {
    const key = isObject(record) && readRecord(record, participant);
    if (!key) return undefined;
    const kid = String(key.jwk.kid);
    const current = known.get(kid)?.jwk;
    // The past dates a key; it cannot put another in its place.
    if (current && (current.x !== key.jwk.x || current.y !== key.jwk.y)) return undefined;
    known.set(kid, key);
  }
  return known;
}

function readRecord(record: JsonObject, participant: TrustedParticipant): TrustedKey | undefined {
  const { key: jwk, from, until, revoked } = record;
  const term = readTerm(from, until);
  if (!term || !isObject(jwk) || typeof jwk['kid'] !== 'string') return undefined;
  const key = { participant, jwk: jwk as JWK, ...term };
  if (revoked === undefined) return key;
  const at = isObject(revoked) ? readDate(revoked['at']) : undefined;
  const logIndex = isObject(revoked) ? revoked['logIndex'] : undefined;
  if (!at || !Number.isSafeInteger(logIndex) || Number(logIndex) < 0) return undefined;
  return { ...key, revoked: { at, logIndex: Number(logIndex) } };
}

function readTerm(from: unknown, until: unknown): { from: Date; until?: Date } | undefined {
  const [start, end] = [readDate(from), readDate(until)];
  if (!start || (until !== undefined && !end)) return undefined;
  return { from: start, ...(end && { until: end }) };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function readDate(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
