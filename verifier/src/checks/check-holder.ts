import type { JWK } from 'jose';
import { isObject, isSignedBy } from '../document/jws.ts';
import { check, type Step } from './check.ts';
import { clockToleranceMs, toTime } from './check-time.ts';
import { timeValues } from './times.ts';

/** What a verifier asks of whoever shows a paper that is bound to its holder's key (RFC 9901, section 4.3). */
export type HolderRequest = {
  /** The verifier's own name, as it was told to the holder: `aud`. */
  readonly audience: string;
  /** True if this nonce was given out and not used before; takes it for good, atomically. Called for genuine proofs only. */
  readonly take: (nonce: string) => Promise<boolean> | boolean;
};

/** A proof is made while somebody waits for it. */
const longestProofMs = 5 * 60_000;

/** Whoever shows the paper holds the key that it names, and proves it to this verifier, now, once. */
export const checkHolder: Step = async ({ file: { document }, holder, at }) => {
  const { holderProof: proof } = document;
  if (!proof) return holder && check('holder', 'fail', 'holder.missing');
  const key = boundKey(document.jwt.payload['cnf']);
  if (!key) return check('holder', 'fail', 'holder.unbound');
  const { aud, nonce, iat, sd_hash: about } = proof.jwt.payload;
  const made = toTime(iat);
  const isProof = typeof aud === 'string' && typeof nonce === 'string' && made !== undefined;
  if (!isProof || about !== proof.sdHash || !(await isSignedBy(proof.jwt, key, ['kb+jwt'])))
    return check('holder', 'fail', 'holder.wrong');
  const values = { audience: aud.slice(0, 100), ...timeValues('made', new Date(made)) };
  if (!holder) return check('holder', 'unknown', 'holder.not-asked', values);
  if (aud !== holder.audience) return check('holder', 'fail', 'holder.elsewhere', values);
  const age = at.getTime() - made;
  if (age > longestProofMs || age < -clockToleranceMs) return check('holder', 'fail', 'holder.stale', values);
  if (!(await holder.take(nonce))) return check('holder', 'fail', 'holder.replayed');
  return check('holder', 'pass', 'holder.proved');
};

function boundKey(confirmation: unknown): JWK | undefined {
  const jwk = isObject(confirmation) ? confirmation['jwk'] : undefined;
  return isObject(jwk) && jwk['kty'] === 'EC' && jwk['crv'] === 'P-256' ? (jwk as JWK) : undefined;
}
