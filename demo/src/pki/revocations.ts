import type { Clock } from '@xinlu/common/clock';
import { type CountryFiles, readJson, writePrivateJson } from '../country/files.ts';
import type { AuthorityId } from './authorities.ts';
import { type RevokedCertificate, signCrl } from './crl.ts';
import { openAuthority } from './open.ts';

/** What an authority keeps about its list: the number never goes back, not even over a restart. */
export type RevocationRecord = { number: number; revoked: RevokedCertificate[] };

/** How long a list is valid, and how long before its end a new one is signed, in milliseconds. */
const LIFETIME = 24 * 3600_000;
const RENEW_AFTER = 3600_000;

export type RevocationLists = {
  /** The list that is in force now, DER; signed anew when the last one is more than an hour old. */
  current(authority: AuthorityId): Buffer;
  list(authority: AuthorityId): readonly RevokedCertificate[];
  /**
   * Writes the serial (hex) down before anybody is told. Revoking twice changes nothing. The list is signed anew at once, or
   * with `listLater` when its time comes: until then the responder alone says so.
   */
  revoke(
    authority: AuthorityId,
    certificate: { serial: string; reason: RevokedCertificate['reason'] },
    when?: { listLater: boolean },
  ): void;
};

/** Signs the revocation lists of the demo's authorities, from records on disk. All operations are synchronous: one writer. */
export const openRevocationLists = (files: CountryFiles, clock: Clock): RevocationLists => {
  const signed = new Map<AuthorityId, { der: Buffer; at: number }>();

  const recordOf = (authority: AuthorityId): RevocationRecord =>
    readJson<RevocationRecord>(files.authority(authority, 'revoked.json'));

  const issue = (authority: AuthorityId, change: (record: RevocationRecord) => RevokedCertificate[]) => {
    const record = recordOf(authority);
    const next = { number: record.number + 1, revoked: change(record) };
    writePrivateJson(files.authority(authority, 'revoked.json'), next);
    const now = clock.now().getTime();
    const der = signCrl({
      issuer: openAuthority(files, authority).issuer,
      number: next.number,
      thisUpdate: new Date(now),
      nextUpdate: new Date(now + LIFETIME),
      revoked: next.revoked,
    });
    signed.set(authority, { der, at: now });
    return der;
  };

  return {
    current: (authority) => {
      const last = signed.get(authority);
      return last && clock.now().getTime() - last.at < RENEW_AFTER
        ? last.der
        : issue(authority, (record) => record.revoked);
    },
    list: (authority) => recordOf(authority).revoked,
    revoke: (authority, { serial, reason }, { listLater } = { listLater: false }) => {
      if (recordOf(authority).revoked.some((entry) => entry.serial === serial)) return;
      const at = clock.now().toISOString();
      if (!listLater) {
        issue(authority, (record) => [...record.revoked, { serial, at, reason }]);
        return;
      }
      // The list in force stays as it is; there is one from here on.
      if (!signed.has(authority)) issue(authority, (record) => record.revoked);
      const { number, revoked } = recordOf(authority);
      writePrivateJson(files.authority(authority, 'revoked.json'), {
        number,
        revoked: [...revoked, { serial, at, reason }],
      });
    },
  };
};
