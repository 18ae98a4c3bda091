import { refused } from '@xinlu/common/errors';
import { languageOf } from '@xinlu/common/i18n';
import type { Consent, ConsentEvent } from '../domain/consent.ts';
import type { Access } from '../domain/ports.ts';
import { pageContext } from '../pages/context.ts';
import { myDataPaper } from '../pages/my-data-paper.ts';
import type { Edge } from './deps.ts';
import { accountOf } from './visitor.ts';

/** More accesses than anybody has; beyond it the file says that it is not the whole. */
const MOST = 20_000;
/** As the store lists them. */
const MOST_CONSENTS = 200;

type Whole = {
  consents: { consent: Consent; events: ConsentEvent[] }[];
  accesses: Access[];
  complete: boolean;
};

/** What is hers, without what is the service's own: no OAuth grant, no account key. */
function exported({ consents, accesses, complete }: Whole, at: Date): object {
  return {
    format: 'xinlu-my-data/1',
    exported_at: at.toISOString(),
    complete,
    consents: consents.map(({ consent, events }) => ({
      id: consent.id,
      client_id: consent.clientId,
      subject_at_client: consent.subject,
      acting:
        consent.acting === null
          ? null
          : {
              actor_at_client: consent.acting.subject,
              kind: consent.acting.kind,
              mandate: consent.acting.mandate,
            },
      purpose: { id: consent.purpose, version: consent.purposeVersion },
      state: consent.state,
      requested: consent.requested,
      granted: consent.granted,
      requested_at: consent.requestedAt.toISOString(),
      decided_at: consent.decidedAt?.toISOString() ?? null,
      ended_at: consent.endedAt?.toISOString() ?? null,
      expires_at: consent.expiresAt.toISOString(),
      events: events.map(({ id, type, at: when, document }) => ({
        id,
        type,
        at: when.toISOString(),
        receipt: document,
      })),
    })),
    accesses: accesses.map((access) => ({
      id: access.id,
      consent_id: access.consentId,
      client_id: access.clientId,
      provider: access.provider,
      dataset: access.dataset,
      fields: access.fields,
      purpose: access.purpose,
      verification: access.verification,
      decision: access.decision,
      code: access.code,
      outcome: access.outcome,
      at: access.at.toISOString(),
      record: access.document,
      log_entry: access.proof,
    })),
  };
}

/** All that this service holds about her, for her to take along (個人資料保護法 Art. 3: to inquire, to be given a copy). */
export function registerMyData(edge: Edge): void {
  const { app, domain } = edge;

  async function whole(account: string): Promise<Whole> {
    const [consents, accesses] = await Promise.all([
      domain.consents.listOf(account),
      domain.accesses.listOf(account, { limit: MOST }),
    ]);
    const withEvents = await Promise.all(
      consents.map(async (consent) => ({ consent, events: await domain.consents.eventsOf(consent.id) })),
    );
    return {
      consents: withEvents,
      accesses,
      complete: accesses.length < MOST && consents.length < MOST_CONSENTS,
    };
  }

  app.get('/my-data.json', { schema: { hide: true } }, async (request, reply) => {
    const account = await accountOf(edge, request, reply);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(exported(await whole(account), domain.clock.now()), null, 2));
  });

  app.get('/my-data.pdf', { schema: { hide: true } }, async (request, reply) => {
    const account = await accountOf(edge, request, reply);
    const all = await whole(account);
    if (all.accesses.length > 2_000) {
      throw refused('too-much-for-paper', 'This is too much for one PDF; take the JSON.', { status: 422 });
    }
    const now = domain.clock.now();
    const context = pageContext(request, {
      catalogue: domain.catalogue,
      register: domain.register(),
      demo: edge.demo,
    });
    const json = JSON.stringify(exported(all, now), null, 2);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="my-data.pdf"')
      .header('content-language', languageOf(request))
      .type('application/pdf')
      .send(await edge.printPdf(myDataPaper(context, { ...all, now, json })));
  });
}
