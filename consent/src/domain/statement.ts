import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { fatal } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import {
  CONSENT_STATEMENT_TYPE,
  type ConsentParticulars,
  type ConsentStatement,
  type GrantedDetail,
} from '@xinlu/common/wire';
import type { Catalogue } from './catalogue.ts';
import type { Consent } from './consent.ts';

/** Sensitive data are given against her signature alone; the catalogue says field by field which those are. */
export function mustBeSigned(granted: readonly GrantedDetail[], catalogue: Catalogue): boolean {
  return granted.some((detail) =>
    detail.fields.some(
      (field) => catalogue.datasets.get(detail.dataset)?.fields[field]?.sensitivity === 'sensitive',
    ),
  );
}

/** What she saw and left in, in its canonical parts; `hash` is what her passkey signs. */
export type SignedWords = { statement: ConsentStatement; particulars: ConsentParticulars; hash: string };

export function wordsToSign(facts: {
  broker: string;
  consent: Consent;
  granted: readonly GrantedDetail[];
  catalogue: Catalogue;
  lang: Lang;
  salt: string;
}): SignedWords {
  const { broker, consent, granted, catalogue, lang, salt } = facts;
  const purpose = catalogue.purposes.get(consent.purpose);
  const [first] = granted;
  if (purpose === undefined || first === undefined) throw fatal('purpose-gone', 'The purpose is gone.');
  const particulars: ConsentParticulars = {
    salt,
    catalogue_version: consent.catalogueVersion,
    data: granted.map(({ dataset, provider, fields, verify }) => ({
      dataset,
      provider,
      fields,
      left_out: (consent.requested.find((one) => one.dataset === dataset)?.fields ?? []).filter(
        (field) => !fields.includes(field),
      ),
      verify: verify === true,
    })),
    frequency: first.frequency ?? null,
    retention: first.retention,
  };
  const statement: ConsentStatement = {
    type: CONSENT_STATEMENT_TYPE,
    broker,
    consent_id: consent.id,
    client_id: consent.clientId,
    subject: consent.subject,
    purpose: { id: purpose.id, version: consent.purposeVersion, title: purpose.title[lang] },
    datasets: granted.map(({ dataset }) => ({
      id: dataset,
      title: catalogue.datasets.get(dataset)?.title[lang] ?? dataset,
    })),
    until: first.until ?? null,
    language: lang,
    particulars: sha256Base64url(canonicalJson(particulars)),
  };
  return { statement, particulars, hash: sha256Base64url(canonicalJson(statement)) };
}
