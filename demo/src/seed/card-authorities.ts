import type { Participant } from '@xinlu/common/wire';
import type { Addresses } from '../country/addresses.ts';
import type { CountryFiles } from '../country/files.ts';
import { OID_ARC } from '../country/participants.ts';
import { authorityPlans } from '../pki/authorities.ts';
import { Oid } from '../pki/oids.ts';
import { openAuthority } from '../pki/open.ts';
import { crlAddress, ocspAddress } from './authorities.ts';

/** The authorities below the root as the register has them: they speak by their lists and their responder, and have no other keys. */
export const cardAuthorities = (files: CountryFiles, addresses: Addresses, founded: Date): Participant[] =>
  authorityPlans.flatMap(({ id, title, signs }, index) =>
    signs === undefined
      ? []
      : [
          {
            id,
            name: title,
            oid: `${OID_ARC}.${200 + index}`,
            kind: 'government',
            roles: ['certificate-authority'],
            keys: [],
            homepage: addresses.url('government-pki'),
            certificateAuthority: {
              certificate: openAuthority(files, id).certificate.toString('base64'),
              ...signs,
              policies: [Oid.policyClass3],
              crls: [crlAddress(addresses, id)],
              // The citizens' authority answers at once too; a responder that is silent stops nobody whom a fresh list lets in.
              ...(signs.identity === 'citizen'
                ? { ocsp: { url: ocspAddress(addresses), whenSilent: 'use-list' as const } }
                : {}),
            },
            validFrom: founded.toISOString(),
          },
        ],
  );
