import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { Id } from '@xinlu/common/wire';
import { Type } from 'typebox';
import type { RegisterStore } from '../domain/store.ts';
import { listQuery } from './list.ts';
import { presentRevision, stateOf } from './present.ts';
import type { Guard } from './session.ts';

const ListQuery = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
  role: Type.Optional(Type.String({ maxLength: 50 })),
});

/** The participants of the newest version, and the history of each. */
export function registerParticipants(
  app: AppInstance,
  deps: { store: RegisterStore; guard: Guard; clock: Clock },
): void {
  const { store, guard, clock } = deps;

  app.get(
    '/api/participants',
    { schema: { summary: 'Participants of the newest version', querystring: ListQuery } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const { offset, limit, q, role } = request.query;
      const words = q?.trim().toLowerCase();
      const found = (await store.participants()).filter(
        (participant) =>
          (words === undefined ||
            [participant.id, participant.name['zh-TW'], participant.name.en, participant.oid].some((text) =>
              text.toLowerCase().includes(words),
            )) &&
          (role === undefined || participant.roles.some((held) => held === role)),
      );
      const now = clock.now();
      const items = found
        .slice(offset, offset + limit)
        .map((participant) => ({ ...participant, state: stateOf(participant, now) }));
      return { items, total: found.length };
    },
  );

  app.get(
    '/api/participants/:id',
    { schema: { summary: 'One participant with its history', params: Type.Object({ id: Id }) } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const history = (await store.revisions(request.params.id)).map(presentRevision).reverse();
      const newest = history[0];
      if (newest === undefined)
        throw refused('participant-unknown', 'There is no participant with this id.', { status: 404 });
      return { ...newest.content, state: stateOf(newest.content, clock.now()), history };
    },
  );
}
