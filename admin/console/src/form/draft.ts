import type { CertificateAuthority, Participant, PublicKey, RelyingParty } from '../wire.ts';
import {
  CLIENT_FIELDS,
  type ClientDraft,
  clientDraftOf,
  clientOf,
  emptyClientDraft,
  resourcesOf,
} from './client-draft.ts';
import {
  type DelegationDraft,
  delegationDraftOf,
  delegationOf,
  emptyDelegationDraft,
} from './delegation-draft.ts';
import { toLines, toText } from './lines.ts';

export const ROLES = [
  'rp',
  'provider',
  'issuer',
  'submitter',
  'operator',
  'identity-provider',
  'broker',
  'register',
  'civil-registry',
  'counter',
  'certificate-authority',
] as const;

export const HOLDERS = ['citizen', 'organisation', 'agency'] as const;

/** A participant as it is being typed: lists as lines of text. */
export type Draft = ClientDraft &
  DelegationDraft & {
    id: string;
    nameZh: string;
    nameEn: string;
    oid: string;
    kind: string;
    homepage: string;
    roles: string[];
    keys: PublicKey[];
    redirectUris: string;
    postLogoutRedirectUris: string;
    backchannelLogoutUri: string;
    consentRedirectUris: string;
    sector: string;
    profile: string;
    minimumAcr: string;
    purposes: string;
    endpoint: string;
    datasets: string;
    credentialTypes: string;
    holders: string[];
    organisationIds: string;
    certificate: string;
    cardIdentity: string;
    cardAcr: string;
    policies: string;
    crls: string;
    ocspUrl: string;
    ocspSilent: string;
    validFrom: string;
    validUntil: string;
    past: Participant['past'];
  };

export function emptyDraft(now: Date): Draft {
  return {
    ...emptyClientDraft,
    ...emptyDelegationDraft,
    id: '',
    nameZh: '',
    nameEn: '',
    oid: '',
    kind: 'government',
    homepage: '',
    roles: ['rp'],
    keys: [],
    redirectUris: '',
    postLogoutRedirectUris: '',
    backchannelLogoutUri: '',
    consentRedirectUris: '',
    sector: '',
    profile: 'fapi2',
    minimumAcr: 'substantial',
    purposes: '',
    endpoint: '',
    datasets: '',
    credentialTypes: '',
    holders: ['citizen'],
    organisationIds: 'no',
    certificate: '',
    cardIdentity: 'citizen',
    cardAcr: 'substantial',
    policies: '',
    crls: '',
    ocspUrl: '',
    ocspSilent: 'use-list',
    validFrom: now.toISOString(),
    validUntil: '',
    past: undefined,
  };
}

export function draftOf(participant: Participant): Draft {
  const { relyingParty: party, provider, issuer, certificateAuthority: authority } = participant;
  return {
    ...clientDraftOf(participant),
    ...delegationDraftOf(party?.delegation),
    id: participant.id,
    nameZh: participant.name['zh-TW'],
    nameEn: participant.name.en,
    oid: participant.oid,
    kind: participant.kind,
    homepage: participant.homepage,
    roles: participant.roles,
    keys: participant.keys,
    redirectUris: toText(party?.redirectUris),
    postLogoutRedirectUris: toText(party?.postLogoutRedirectUris),
    backchannelLogoutUri: party?.backchannelLogoutUri ?? '',
    consentRedirectUris: toText(party?.consentRedirectUris),
    sector: party?.sector ?? '',
    profile: party?.profile ?? 'fapi2',
    minimumAcr: party?.minimumAcr ?? 'substantial',
    purposes: toText(party?.purposes),
    endpoint: provider?.endpoint ?? '',
    datasets: toText(provider?.datasets),
    credentialTypes: toText(issuer?.credentialTypes),
    holders: party?.holders ?? ['citizen'],
    organisationIds: party?.organisationIds === true ? 'yes' : 'no',
    certificate: authority?.certificate ?? '',
    cardIdentity: authority?.identity ?? 'citizen',
    cardAcr: authority?.maximumAcr ?? 'substantial',
    policies: toText(authority?.policies),
    crls: toText(authority?.crls),
    ocspUrl: authority?.ocsp?.url ?? '',
    ocspSilent: authority?.ocsp?.whenSilent ?? 'use-list',
    validFrom: participant.validFrom,
    validUntil: participant.validUntil ?? '',
    past: participant.past,
  };
}

/** What says no more than the default is left out, so that an entry that was not touched does not change. */
function holdersOf(draft: Draft): Pick<RelyingParty, 'holders' | 'organisationIds'> {
  const holders = HOLDERS.filter((holder) => draft.holders.includes(holder));
  return {
    ...(holders.join() === 'citizen' ? {} : { holders }),
    ...(draft.organisationIds === 'yes' ? { organisationIds: true } : {}),
  };
}

/** Base64 alone, out of PEM or out of lines. */
const bare = (certificate: string): string =>
  certificate.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, '');

function authorityOf(draft: Draft): CertificateAuthority {
  const ocspUrl = draft.ocspUrl.trim();
  return {
    certificate: bare(draft.certificate),
    identity: draft.cardIdentity,
    maximumAcr: draft.cardAcr,
    policies: toLines(draft.policies),
    crls: toLines(draft.crls),
    ...(ocspUrl === '' ? {} : { ocsp: { url: ocspUrl, whenSilent: draft.ocspSilent } }),
  };
}

/** The participant that a draft describes; sections go with their roles. */
export function participantOf(draft: Draft): Participant {
  const has = (role: string) => draft.roles.includes(role);
  const backchannel = draft.backchannelLogoutUri.trim();
  const client = clientOf(draft);
  const resources = resourcesOf(draft);
  const delegation = delegationOf(draft);
  return {
    id: draft.id.trim(),
    name: { 'zh-TW': draft.nameZh.trim(), en: draft.nameEn.trim() },
    oid: draft.oid.trim(),
    kind: draft.kind,
    roles: ROLES.filter(has),
    keys: draft.keys,
    homepage: draft.homepage.trim(),
    ...(has('rp')
      ? {
          relyingParty: {
            sector: draft.sector.trim(),
            redirectUris: toLines(draft.redirectUris),
            postLogoutRedirectUris: toLines(draft.postLogoutRedirectUris),
            ...(backchannel === '' ? {} : { backchannelLogoutUri: backchannel }),
            profile: draft.profile,
            minimumAcr: draft.minimumAcr,
            consentRedirectUris: toLines(draft.consentRedirectUris),
            purposes: toLines(draft.purposes),
            ...(client === undefined ? {} : { client }),
            ...holdersOf(draft),
            ...(delegation === undefined ? {} : { delegation }),
          },
        }
      : {}),
    ...(has('provider')
      ? { provider: { endpoint: draft.endpoint.trim(), datasets: toLines(draft.datasets) } }
      : {}),
    ...(has('issuer') ? { issuer: { credentialTypes: toLines(draft.credentialTypes) } } : {}),
    ...(resources.length === 0 ? {} : { resources }),
    ...(has('certificate-authority') ? { certificateAuthority: authorityOf(draft) } : {}),
    validFrom: draft.validFrom,
    ...(draft.validUntil === '' ? {} : { validUntil: draft.validUntil }),
    ...(draft.past === undefined ? {} : { past: draft.past }),
  };
}

/** The host of the first redirect address, which is the sector unless told. */
export function sectorFrom(redirectUris: string): string {
  const first = toLines(redirectUris)[0];
  return first !== undefined && URL.canParse(first) ? new URL(first).host : '';
}

const FIELDS: readonly [prefix: string, field: keyof Draft][] = [
  ...CLIENT_FIELDS,
  ['/id', 'id'],
  ['/name/zh-TW', 'nameZh'],
  ['/name/en', 'nameEn'],
  ['/oid', 'oid'],
  ['/kind', 'kind'],
  ['/homepage', 'homepage'],
  ['/roles', 'roles'],
  ['/keys', 'keys'],
  ['/relyingParty/redirectUris', 'redirectUris'],
  ['/relyingParty/postLogoutRedirectUris', 'postLogoutRedirectUris'],
  ['/relyingParty/backchannelLogoutUri', 'backchannelLogoutUri'],
  ['/relyingParty/consentRedirectUris', 'consentRedirectUris'],
  ['/relyingParty/sector', 'sector'],
  ['/relyingParty/profile', 'profile'],
  ['/relyingParty/minimumAcr', 'minimumAcr'],
  ['/relyingParty/purposes', 'purposes'],
  ['/provider/endpoint', 'endpoint'],
  ['/provider/datasets', 'datasets'],
  ['/issuer/credentialTypes', 'credentialTypes'],
  ['/relyingParty/holders', 'holders'],
  ['/relyingParty/organisationIds', 'organisationIds'],
  ['/relyingParty/delegation/kinds', 'delegationKinds'],
  ['/relyingParty/delegation', 'delegationActions'],
  ['/certificateAuthority/certificate', 'certificate'],
  ['/certificateAuthority/identity', 'cardIdentity'],
  ['/certificateAuthority/maximumAcr', 'cardAcr'],
  ['/certificateAuthority/policies', 'policies'],
  ['/certificateAuthority/crls', 'crls'],
  ['/certificateAuthority/ocsp', 'ocspUrl'],
  ['/validFrom', 'validFrom'],
  ['/validUntil', 'validUntil'],
];

/** The form's field that a fault's JSON pointer speaks of. */
export function fieldOf(path: string): keyof Draft | undefined {
  return FIELDS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1];
}
