import { fatal, refused } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import type { GrantedDetail, MandateKind, MyDataDetail } from '@xinlu/common/wire';
import type { Catalogue } from './catalogue.ts';

export type ConsentState =
  | 'requested'
  | 'granted'
  | 'suspended'
  | 'refused'
  | 'withdrawn'
  | 'expired'
  | 'used'
  | 'replaced'
  | 'relinquished'
  | 'lapsed';
/** An event is named by the state it leads to, but for these two: amended keeps the state, resumed leads to granted. */
export type ConsentEventType = ConsentState | 'amended' | 'resumed';

/** Who decided for another, by a mandate of the identity provider's. */
export type Acting = {
  /** She, as the identity provider names her to this service. */
  account: string;
  /** She, as it names her to the relying party. */
  subject: string;
  kind: MandateKind;
  /** The mandate by its name in this service's sector. */
  mandate: string;
};

export type Consent = {
  id: string;
  clientId: string;
  /** The citizen as the identity provider names her to this service. */
  account: string;
  /** The citizen as it names her to the relying party. */
  subject: string;
  purpose: string;
  purposeVersion: number;
  catalogueVersion: string;
  requested: MyDataDetail[];
  granted: GrantedDetail[] | null;
  state: ConsentState;
  requestedAt: Date;
  decidedAt: Date | null;
  endedAt: Date | null;
  expiresAt: Date;
  /** The OAuth grant whose tokens serve this consent. */
  grantId: string | null;
  /** The identity provider's grant of envelopes. */
  envelopeGrantId: string | null;
  /** base64url SHA-256 of the receipt that the citizen got when she agreed. */
  consentHash: string | null;
  /** base64url SHA-256 of what she signed with her passkey; null where no signature was asked for. */
  statementHash: string | null;
  /** The consent whose grant this one takes over once she agrees (grant management: merge, replace). */
  replaces: string | null;
  /** The language in which she decided. */
  lang: Lang | null;
  /** Who decided for her, if not she herself. */
  acting: Acting | null;
};

export type ConsentEvent = { id: string; type: ConsentEventType; at: Date; document: string | null };

const NEXT: Readonly<Record<ConsentState, readonly ConsentEventType[]>> = {
  requested: ['granted', 'refused', 'expired'],
  granted: ['amended', 'suspended', 'withdrawn', 'expired', 'used', 'replaced', 'relinquished', 'lapsed'],
  suspended: ['amended', 'resumed', 'withdrawn', 'expired', 'replaced', 'relinquished', 'lapsed'],
  refused: [],
  withdrawn: [],
  expired: [],
  used: [],
  replaced: [],
  relinquished: [],
  lapsed: [],
};

/** Whose it is to look at and to stop: the person's whom it is about, and the one's who gave it for her. */
export function concerns({ account, acting }: Pick<Consent, 'account' | 'acting'>, who: string): boolean {
  return account === who || acting?.account === who;
}

export function mayFollow(state: ConsentState, event: ConsentEventType): boolean {
  return NEXT[state].includes(event);
}

/** The state after an event that may follow. */
export function stateAfter(state: ConsentState, event: ConsentEventType): ConsentState {
  if (event === 'amended') return state;
  return event === 'resumed' ? 'granted' : event;
}

/** Nothing can follow any more. */
export function isEnded(state: ConsentState): boolean {
  return NEXT[state].length === 0;
}

/** She has agreed and it has not ended; it may be paused. */
export function stands({ state }: Pick<Consent, 'state'>): boolean {
  return state === 'granted' || state === 'suspended';
}

/** The state that a history leads to; throws where one event may not follow another. */
export function stateOf(events: readonly ConsentEventType[]): ConsentState {
  const [first, ...rest] = events;
  if (first !== 'requested') throw fatal('history-broken', 'A consent begins with its request.');
  return rest.reduce<ConsentState>((state, event) => {
    if (!mayFollow(state, event)) throw fatal('history-broken', `${event} cannot follow ${state}.`);
    return stateAfter(state, event);
  }, first);
}

/** A consent without an end is for one use. */
export function isStanding(consent: Pick<Consent, 'requested'>): boolean {
  return consent.requested[0]?.until !== undefined;
}

/** The purpose she agreed to is no longer what the catalogue means by it: she must be asked again. */
export function purposeChanged(
  consent: Pick<Consent, 'purpose' | 'purposeVersion'>,
  catalogue: Catalogue,
): boolean {
  return catalogue.purposes.get(consent.purpose)?.version !== consent.purposeVersion;
}

/** Why nothing is released under this consent any more, or undefined while it is live. */
export function endOf(consent: Consent, now: Date, catalogue: Catalogue): string | undefined {
  if (stands(consent)) {
    if (consent.expiresAt <= now) return 'consent-expired';
    if (consent.state === 'suspended') return 'consent-suspended';
    return purposeChanged(consent, catalogue) ? 'purpose-changed' : undefined;
  }
  return consent.state === 'requested' ? 'consent-undecided' : `consent-${consent.state}`;
}

const END_WORDS: Readonly<Record<string, string>> = {
  'consent-withdrawn': 'The citizen has withdrawn this consent.',
  'consent-expired': 'This consent has expired.',
  'consent-used': 'This consent was for one use and has been used.',
  'consent-refused': 'The citizen has refused this request.',
  'consent-suspended': 'The citizen has paused this consent.',
  'consent-replaced': 'This consent was replaced by a newer one.',
  'consent-relinquished': 'The relying party has given this consent back.',
  'consent-lapsed': 'The mandate under which this consent was given has ended.',
  'purpose-changed': 'The purpose has a new version; the citizen must be asked again.',
  'consent-undecided': 'The citizen has not decided yet.',
};

export function endedError(code: string): Error {
  return refused(code, END_WORDS[code] ?? 'This consent is not in force.', { status: 403 });
}

/** What she grants: all required fields, and of the optional ones those she chose. */
export function grantedDetails(
  consent: Consent,
  chosen: ReadonlyMap<string, ReadonlySet<string>>,
): GrantedDetail[] {
  return consent.requested.map(({ optional = [], ...detail }) => ({
    ...detail,
    fields: detail.fields.filter(
      (field) => !optional.includes(field) || chosen.get(detail.dataset)?.has(field) === true,
    ),
    consent_id: consent.id,
  }));
}
