import type { Consent, Release } from '@xinlu/rp-kit';
import type { Country } from '../../country/country.ts';
import { createSealer } from '../../sealed.ts';
import type { Decision } from './decision.ts';
import type { FormValues } from './profile.ts';

/** How the last request for data went; `code` when it was refused, `oauthError` when the broker would not even ask her. */
export type LastRequest = { at: string; ok: boolean; code?: string; oauthError?: string };

export type Application = {
  id: string;
  form: FormValues;
  state: 'open' | 'refused' | 'consented' | 'decided';
  consent?: Consent;
  results: Release[];
  decision?: Decision;
  decidedAt?: Date;
  lastRequest?: LastRequest;
  createdAt: Date;
};

type Row = {
  id: string;
  form: FormValues;
  state: Application['state'];
  consent: string | null;
  results: Release[] | null;
  decision: Decision | null;
  decided_at: Date | null;
  last_request: LastRequest | null;
  created_at: Date;
};

/** One site's applications. Each operation is durable once it returns; the newest application of a person counts. */
export type Applications = {
  newest(subject: string): Promise<Application | undefined>;
  open(subject: string, form: FormValues): Promise<Application>;
  refuse(id: string, lastRequest: LastRequest): Promise<void>;
  keepConsent(id: string, consent: Consent): Promise<void>;
  decide(
    id: string,
    outcome: { consent: Consent; results: Release[]; decision: Decision; lastRequest: LastRequest },
  ): Promise<void>;
  noteRequest(id: string, lastRequest: LastRequest): Promise<void>;
};

export const openApplications = (country: Country, site: string): Applications => {
  const { database, clock, ids } = country;
  const sealer = createSealer(country.cookieSecret, 'consent-tokens');

  const applicationFrom = (row: Row): Application => ({
    id: row.id,
    form: row.form,
    state: row.state,
    results: row.results ?? [],
    createdAt: row.created_at,
    ...(row.consent === null ? {} : { consent: sealer.open<Consent>(row.consent, row.id) }),
    ...(row.decision === null ? {} : { decision: row.decision }),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at }),
    ...(row.last_request === null ? {} : { lastRequest: row.last_request }),
  });

  return {
    async newest(subject) {
      const row = await database.one<Row>(
        'SELECT * FROM application WHERE site = $1 AND subject = $2 ORDER BY created_at DESC, id DESC LIMIT 1',
        [site, subject],
      );
      return row && applicationFrom(row);
    },
    async open(subject, form) {
      const application = {
        id: ids.uuid(),
        form,
        state: 'open' as const,
        results: [],
        createdAt: clock.now(),
      };
      await database.query(
        'INSERT INTO application (id, site, subject, form, state, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
        [application.id, site, subject, JSON.stringify(form), 'open', application.createdAt],
      );
      return application;
    },
    async refuse(id, lastRequest) {
      await database.query(
        "UPDATE application SET state = 'refused', last_request = $2 WHERE id = $1 AND state IN ('open', 'refused')",
        [id, JSON.stringify(lastRequest)],
      );
    },
    async keepConsent(id, consent) {
      await database.query("UPDATE application SET state = 'consented', consent = $2 WHERE id = $1", [
        id,
        sealer.seal(consent, id),
      ]);
    },
    async decide(id, { consent, results, decision, lastRequest }) {
      await database.query(
        `UPDATE application SET state = 'decided', consent = $2, results = $3, decision = $4, decided_at = $5,
         last_request = $6 WHERE id = $1`,
        [
          id,
          sealer.seal(consent, id),
          JSON.stringify(results),
          JSON.stringify(decision),
          clock.now(),
          JSON.stringify(lastRequest),
        ],
      );
    },
    async noteRequest(id, lastRequest) {
      await database.query('UPDATE application SET last_request = $2 WHERE id = $1', [
        id,
        JSON.stringify(lastRequest),
      ]);
    },
  };
};
