import { createHmac, createSecretKey } from 'node:crypto';

/**
 * The subject by which one sector knows a person: base64url HMAC-SHA-256(key, sector, person). Stable across cards,
 * passkeys and recovery, and of no use to another sector (OpenID Connect Core 8.1).
 */
export type PairwiseSubject = (sector: string, personId: string) => string;

export function createPairwiseSubject(secret: Uint8Array): PairwiseSubject {
  const key = createSecretKey(secret);
  return (sector, personId) =>
    createHmac('sha256', key).update(`xinlu/subject/1\n${sector}\n${personId}`).digest('base64url');
}
