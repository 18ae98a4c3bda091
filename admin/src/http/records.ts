import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { Type } from 'typebox';
import { firstBrokenLine } from '../domain/audit-hash.ts';
import type { RegisterStore } from '../domain/store.ts';
import { ById, listQuery, Uuid } from './list.ts';
import { presentAudit, presentOperator, presentVersion } from './present.ts';
import type { Guard } from './session.ts';

const Action = Type.Union(
  (
    [
      'register-founded',
      'operator-enrolled',
      'enrolment-refused',
      'proposal-made',
      'proposal-approved',
      'proposal-rejected',
      'proposal-withdrawn',
    ] as const
  ).map((action) => Type.Literal(action)),
);

const AUDIT_CHECK_LINES = 100_000;

/** Operators, versions and the audit: read only, they change by proposals alone. */
export function registerRecords(
  app: AppInstance,
  deps: { store: RegisterStore; guard: Guard; clock: Clock },
): void {
  const { store, guard, clock } = deps;

  app.get(
    '/api/operators',
    { schema: { summary: 'Operators', querystring: Type.Object(listQuery) } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const { rows, total } = await store.operators(request.query);
      return { items: rows.map((row) => presentOperator(row, clock.now())), total };
    },
  );

  app.get(
    '/api/operators/:id',
    { schema: { summary: 'One operator', params: ById } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const operator = await store.operator(request.params.id);
      if (operator === undefined)
        throw refused('operator-unknown', 'There is no operator with this id.', { status: 404 });
      return presentOperator(operator, clock.now());
    },
  );

  app.get(
    '/api/versions',
    { schema: { summary: 'Versions of the register, newest first', querystring: Type.Object(listQuery) } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const { rows, total } = await store.versions({ ...request.query, descending: true });
      return { items: rows.map(presentVersion), total };
    },
  );

  app.get(
    '/api/audit',
    {
      schema: {
        summary: 'Who did what, newest first',
        querystring: Type.Object({
          ...listQuery,
          action: Type.Optional(Action),
          operator: Type.Optional(Uuid),
        }),
      },
    },
    async (request, reply) => {
      await guard.operator(request, reply);
      const { rows, total } = await store.audit({ ...request.query, descending: true });
      const operators = await store.operators({ offset: 0, limit: 10_000 });
      const participants = await store.participants();
      const names = {
        operators: new Map(operators.rows.map(({ id, name }) => [id, name])),
        participants: new Map(participants.map(({ id, name }) => [id, name])),
      };
      return { items: rows.map((row) => presentAudit(row, names)), total };
    },
  );

  app.get(
    '/api/audit/check',
    { schema: { summary: 'Follow the hash chain of the audit from its first line' } },
    async (request, reply) => {
      await guard.operator(request, reply);
      const { rows, total } = await store.audit({ offset: 0, limit: AUDIT_CHECK_LINES, descending: false });
      return { lines: total, checked: rows.length, firstBroken: firstBrokenLine(rows) ?? null };
    },
  );
}
