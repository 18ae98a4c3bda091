import type { Participant, PublicKey } from '../wire.ts';
import {
  CLIENT_FIELDS,
  type ClientDraft,
  clientDraftOf,
  clientOf,
  emptyClientDraft,
  resourcesOf,
} from './client-draft.ts';
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
] as const;

/** A participant as it is being typed: lists as lines of text. */
export type Draft = ClientDraft & {
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
  validFrom: string;
  validUntil: string;
};

export function emptyDraft(now: Date): Draft {
  return {
    ...emptyClientDraft,
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
    validFrom: now.toISOString(),
    validUntil: '',
  };
}

export function draftOf(participant: Participant): Draft {
  const { relyingParty: party, provider, issuer } = participant;
  return {
    ...clientDraftOf(participant),
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
    validFrom: participant.validFrom,
    validUntil: participant.validUntil ?? '',
  };
}

/** The participant that a draft describes; sections go with their roles. */
export function participantOf(draft: Draft): Participant {
  const has = (role: string) => draft.roles.includes(role);
  const backchannel = draft.backchannelLogoutUri.trim();
  const client = clientOf(draft);
  const resources = resourcesOf(draft);
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
          },
        }
      : {}),
    ...(has('provider')
      ? { provider: { endpoint: draft.endpoint.trim(), datasets: toLines(draft.datasets) } }
      : {}),
    ...(has('issuer') ? { issuer: { credentialTypes: toLines(draft.credentialTypes) } } : {}),
    ...(resources.length === 0 ? {} : { resources }),
    validFrom: draft.validFrom,
    ...(draft.validUntil === '' ? {} : { validUntil: draft.validUntil }),
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
  ['/validFrom', 'validFrom'],
  ['/validUntil', 'validUntil'],
];

/** The form's field that a fault's JSON pointer speaks of. */
export function fieldOf(path: string): keyof Draft | undefined {
  return FIELDS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1];
}
