import type { Clock } from '@xinlu/common/clock';
import type { AppInstance } from '@xinlu/common/http';
import type { ConsentNumbers, LedgerNumbers } from '../domain/overview.ts';
import type { Source, SourceReport } from '../domain/sources.ts';
import type { RegisterStore } from '../domain/store.ts';
import { stateOf } from './present.ts';
import type { Guard } from './session.ts';

export type Sources = { consent: Source<ConsentNumbers>; ledger: Source<LedgerNumbers> };

function present<T>({ value, at, unreachableSince }: SourceReport<T>) {
  return {
    value,
    at: at?.toISOString() ?? null,
    unreachableSince: unreachableSince?.toISOString() ?? null,
  };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The console's first page: the register's own numbers, and what the broker and the ledger last said. */
export function registerOverview(
  app: AppInstance,
  deps: { store: RegisterStore; guard: Guard; clock: Clock; sources: Sources },
): void {
  const { store, guard, clock, sources } = deps;
  app.get('/api/overview', { schema: { summary: 'The system in numbers' } }, async (request, reply) => {
    await guard.operator(request, reply);
    const now = clock.now();
    const [latest, participants, open, operators] = await Promise.all([
      store.latestVersion(),
      store.participants(),
      store.proposals({ offset: 0, limit: 1, state: 'open' }),
      store.operators({ offset: 0, limit: 10_000 }),
    ]);
    return {
      now: now.toISOString(),
      register: {
        version: latest?.version ?? 0,
        signedAt: latest?.signedAt.toISOString() ?? null,
        entry: latest?.entry ?? null,
        participants: tally(participants.map((participant) => stateOf(participant, now))),
        roles: tally(
          participants
            .filter((participant) => stateOf(participant, now) === 'active')
            .flatMap((participant) => participant.roles),
        ),
        openProposals: open.total,
        operators: operators.rows.filter(
          (operator) => operator.enrolledAt !== null && operator.endedAt === null,
        ).length,
      },
      consent: present(sources.consent.report()),
      ledger: present(sources.ledger.report()),
    };
  });
}
