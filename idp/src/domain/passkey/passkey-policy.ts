import { refused } from '@xinlu/common/errors';
import type { Acr } from '@xinlu/common/wire';
import { ACR_LEVELS, weaker } from '../assurance/acr.ts';
import type { AuthenticatorMetadata, MetadataState } from './metadata.ts';
import type { Passkey } from './passkeys.ts';

/** What is known of a passkey apart from the login that it was enrolled under. */
export type PasskeyEvidence = {
  deviceBound: boolean;
  /** Its maker vouched for it by an attestation that leads to a root in FIDO's metadata. */
  attested: boolean;
  statuses: readonly string[];
  metadata: MetadataState;
};

type Demands = {
  acr: Acr;
  deviceBound: boolean;
  attested: boolean;
  /** Any of these certifications, in metadata that are fresh; none asked for when empty. */
  certified: readonly string[];
};

/**
 * The whole policy on what a passkey can be worth. User verification and discoverability are demanded of every passkey at
 * both ceremonies, so they do not stand here. `levels` go from the strongest: the first whose demands are all met counts.
 * `ceilings` are what a status report leaves of it at most, whoever attested it (FIDO MDS 3.1.4); `refused` leaves nothing.
 * A report counts for all versions of a model: which firmware a key runs is not told to us.
 */
export const PASSKEY_POLICY: {
  levels: readonly Demands[];
  ceilings: Readonly<Record<string, Acr | 'refused'>>;
} = {
  levels: [
    {
      acr: 'high',
      deviceBound: true,
      attested: true,
      certified: ['FIDO_CERTIFIED_L2', 'FIDO_CERTIFIED_L2plus', 'FIDO_CERTIFIED_L3', 'FIDO_CERTIFIED_L3plus'],
    },
    { acr: 'substantial', deviceBound: false, attested: false, certified: [] },
  ],
  ceilings: {
    REVOKED: 'refused',
    USER_KEY_REMOTE_COMPROMISE: 'refused',
    USER_VERIFICATION_BYPASS: 'refused',
    USER_KEY_PHYSICAL_COMPROMISE: 'low',
    ATTESTATION_KEY_COMPROMISE: 'substantial',
  },
};

const meets = (evidence: PasskeyEvidence, { deviceBound, attested, certified }: Demands): boolean =>
  (!deviceBound || evidence.deviceBound) &&
  (!attested || evidence.attested) &&
  (certified.length === 0 ||
    (evidence.metadata === 'fresh' && evidence.statuses.some((status) => certified.includes(status))));

/** The most that the policy gives for this evidence; undefined when such a passkey is not accepted at all. */
export function worthOf(evidence: PasskeyEvidence): Acr | undefined {
  const ceilings = evidence.statuses.flatMap((status) => PASSKEY_POLICY.ceilings[status] ?? []);
  if (ceilings.includes('refused')) return undefined;
  const reached = PASSKEY_POLICY.levels.find((level) => meets(evidence, level))?.acr ?? ACR_LEVELS[0];
  return ceilings.reduce<Acr>(
    (acr, ceiling) => (ceiling === 'refused' ? acr : weaker(acr, ceiling)),
    reached,
  );
}

/**
 * What a passkey is worth now: never more than `ceiling` (that of the login it was enrolled under), and by today's metadata,
 * so that a model found broken counts for less the next time. Refusal: `passkey-model-unsafe`.
 */
export function worthNow(
  metadata: AuthenticatorMetadata,
  passkey: Pick<Passkey, 'deviceBound' | 'attested' | 'aaguid'>,
  ceiling: Acr,
): Acr {
  const worth = worthOf({
    deviceBound: passkey.deviceBound,
    attested: passkey.attested,
    statuses: metadata.statuses(passkey.aaguid),
    metadata: metadata.state(),
  });
  if (worth !== undefined) return weaker(worth, ceiling);
  throw refused(
    'passkey-model-unsafe',
    'This model of security key is known to be unsafe and cannot be used. Use another one, or your card.',
    { status: 403 },
  );
}
