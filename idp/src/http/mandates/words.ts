import { type AppError, isAppError } from '@xinlu/common/errors';
import type { FastifyRequest } from 'fastify';
import type { Mandate, MandateEvent } from '../../domain/mandate/mandates.ts';
import type { MandateWords } from '../../pages/mandates/mandate-parts.ts';
import { problemText } from '../../pages/problem-texts.ts';
import type { PageServices } from '../services.ts';
import { wordsFor } from '../site.ts';

/** The names of the persons, organisations and actions in these mandates, in the reader's language. */
export async function mandateWords(
  services: PageServices,
  request: FastifyRequest,
  mandates: readonly Mandate[],
  history: readonly MandateEvent[] = [],
): Promise<MandateWords> {
  const { lang } = wordsFor(request);
  const ids = new Set([
    ...mandates.flatMap(({ principalId, actorId }) => [principalId, actorId ?? '']),
    ...history.map(({ byPersonId }) => byPersonId ?? ''),
  ]);
  ids.delete('');
  const names = new Map(
    await Promise.all(
      [...ids].map(async (id) => [id, (await services.mandate.persons.person(id))?.name] as const),
    ),
  );
  const participant = (id: string) => services.register().participant(id);
  return {
    now: services.clock.now(),
    person: (id) => (id === undefined ? undefined : names.get(id)),
    organisation: (id) => participant(id)?.name[lang] ?? id,
    action: (party, code) =>
      participant(party)?.relyingParty?.delegation?.actions.find((known) => known.code === code)?.name[
        lang
      ] ?? code,
  };
}

/** A refusal that the page itself can show, with its words; anything else goes on to the error page. */
export function shownProblem(request: FastifyRequest, error: unknown): { status: number; problem: string } {
  const known = isAppError(error) ? problemText(wordsFor(request).t, error.code) : undefined;
  if (known === undefined) throw error;
  return { status: (error as AppError).status, problem: known };
}
