import type { Lang } from '@xinlu/common/i18n';
import type { Participant } from '@xinlu/common/wire';
import type { Catalogue } from './catalogue.ts';
import { type Consent, type ConsentEventType, isStanding } from './consent.ts';
import type { Signed } from './sign-consent.ts';

export type ReceiptEvent = Exclude<ConsentEventType, 'requested' | 'expired' | 'used'>;

export type ReceiptFacts = {
  id: string;
  issuer: string;
  event: ReceiptEvent;
  at: Date;
  lang: Lang;
  consent: Consent;
  client: Participant;
  catalogue: Catalogue;
  noticeUrl: string;
  participant(id: string): Participant | undefined;
  /** Her signature under the consent, where she gave one. */
  signed?: Signed | undefined;
};

function processing(facts: ReceiptFacts) {
  const { consent, catalogue, lang } = facts;
  const details = consent.granted ?? consent.requested;
  return details.map((detail) => {
    const asked = consent.requested.find((one) => one.dataset === detail.dataset);
    const dataset = catalogue.datasets.get(detail.dataset);
    const named = (field: string) => ({
      name: field,
      title: dataset?.fields[field]?.title[lang] ?? field,
      sensitivity: dataset?.fields[field]?.sensitivity,
    });
    return {
      dataset: detail.dataset,
      title: dataset?.title[lang] ?? detail.dataset,
      category: dataset?.category[lang],
      source: {
        id: detail.provider,
        name: facts.participant(detail.provider)?.name[lang] ?? detail.provider,
      },
      fields: detail.fields.map(named),
      left_out: (asked?.fields ?? []).filter((field) => !detail.fields.includes(field)).map(named),
      retention: detail.retention,
      frequency: detail.frequency ?? null,
    };
  });
}

/** After these nothing more is released under the consent; under a paused one, until it is resumed. */
const STOPS: ReadonlySet<ReceiptEvent> = new Set([
  'withdrawn',
  'suspended',
  'replaced',
  'relinquished',
  'lapsed',
]);

/** A consent receipt with the fields of ISO/IEC TS 27560, in the citizen's language; for refusals and withdrawals too. */
export function receiptClaims(facts: ReceiptFacts) {
  const { consent, client, catalogue, lang, at } = facts;
  const purpose = catalogue.purposes.get(consent.purpose);
  return {
    iss: facts.issuer,
    iat: Math.floor(at.getTime() / 1000),
    jti: facts.id,
    schema_version: 'ISO/IEC TS 27560:2023',
    record_id: consent.id,
    language: lang,
    event: { type: facts.event, time: at.toISOString() },
    pii_principal_id: consent.subject,
    ...(consent.acting === null
      ? {}
      : {
          acting: {
            actor_id: consent.acting.subject,
            kind: consent.acting.kind,
            mandate: consent.acting.mandate,
          },
        }),
    pii_controller: { id: client.id, name: client.name[lang], oid: client.oid, kind: client.kind },
    privacy_notice: { url: facts.noticeUrl, version: consent.catalogueVersion },
    purpose: {
      id: consent.purpose,
      version: consent.purposeVersion,
      title: purpose?.title[lang] ?? consent.purpose,
      dpv: purpose?.dpv ?? [],
      legal_basis: { dpv: purpose?.legalBasis.dpv, title: purpose?.legalBasis.title[lang] },
    },
    pii_processing: processing(facts),
    validity: {
      from: (consent.decidedAt ?? at).toISOString(),
      until: consent.expiresAt.toISOString(),
      once: !isStanding(consent),
    },
    ...(STOPS.has(facts.event) ? { stopped_at: at.toISOString() } : {}),
    ...(facts.event !== 'granted' && consent.consentHash !== null
      ? { consent_hash: consent.consentHash }
      : {}),
    ...(facts.event === 'granted' && consent.replaces !== null ? { replaces: consent.replaces } : {}),
    ...(facts.signed === undefined ? {} : { signed_by_principal: facts.signed }),
  };
}

export type ReceiptClaims = ReturnType<typeof receiptClaims>;
