import { type KeyRing, signJwt, verifyJwt } from '@xinlu/common/keys';
import { parseRegisterSnapshot, REGISTER_JWT_TYPE, type RegisterSnapshot } from '@xinlu/common/wire';
import type { JWK } from 'jose';
import type { DecisionSigner } from '../domain/actions/deps.ts';
import type { SnapshotSigner, SnapshotVerifier } from '../domain/snapshot.ts';

export const DECISION_JWT_TYPE = 'xinlu-register-decision+jwt';

/** Signs snapshots with the register's own key. */
export function createSnapshotSigner(keys: KeyRing): SnapshotSigner {
  return (snapshot) => signJwt(keys, REGISTER_JWT_TYPE, snapshot);
}

/** Verifies snapshots by the public keys that every other service is given. */
export function createSnapshotVerifier(keys: readonly JWK[]): SnapshotVerifier {
  return async (unverifiedJws) => {
    const claims = await verifyJwt(unverifiedJws, { keys, typ: REGISTER_JWT_TYPE, timeless: true });
    return parseRegisterSnapshot.parse(claims) as RegisterSnapshot;
  };
}

/** Signs operators' decisions with the service's key. */
export function createDecisionSigner(keys: KeyRing): DecisionSigner {
  return (claims) => signJwt(keys, DECISION_JWT_TYPE, claims);
}
