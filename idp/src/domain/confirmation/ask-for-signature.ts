import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { RegisterView } from '@xinlu/common/register';
import type { ConfirmationAsked } from '@xinlu/common/wire';
import type { PersonOfToken } from '../envelope/envelopes.ts';
import type { PairwiseSubject } from '../person/pairwise-subject.ts';
import type { Confirmation, Confirmations } from './confirmations.ts';

export type AskServices = {
  confirmations: Confirmations;
  personOfToken: PersonOfToken;
  subjectOf: PairwiseSubject;
  register: () => RegisterView;
  ids: Ids;
};

/**
 * A broker asks that the person behind its token sign a statement. It speaks for itself alone, of a party in the register, and
 * of her by the name that this party knows; her browser goes back to an origin that the register names for it. Refusals:
 * `statement-wrong`, `return-not-registered`, `access-token-invalid`.
 */
export async function askForSignature(
  services: AskServices,
  broker: string,
  { access_token, statement, return_to }: ConfirmationAsked,
): Promise<Confirmation> {
  const register = services.register();
  const own = register.activeParticipant(broker)?.relyingParty?.redirectUris ?? [];
  if (!own.some((uri) => new URL(uri).origin === new URL(return_to).origin)) {
    throw refused('return-not-registered', 'return_to is at no registered origin of this broker.');
  }
  const holder = await services.personOfToken(access_token, broker);
  if (holder === undefined) {
    throw refused('access-token-invalid', 'The access token is not that of a live login at this broker.', {
      status: 403,
    });
  }
  const sector = register.activeParticipant(statement.client_id)?.relyingParty?.sector;
  const fits =
    statement.broker === broker &&
    sector !== undefined &&
    services.subjectOf(sector, holder.principalId) === statement.subject;
  if (!fits) {
    throw refused('statement-wrong', 'The statement is not of this broker, its client or this person.', {
      status: 422,
    });
  }
  const confirmation: Confirmation = {
    id: services.ids.token(32),
    broker,
    principalId: holder.principalId,
    actorId: holder.actorId,
    statement,
    statementHash: sha256Base64url(canonicalJson(statement)),
    returnTo: return_to,
    answer: { state: 'open' },
  };
  await services.confirmations.open(confirmation);
  return confirmation;
}

/** What came of it, for the broker that asked. Refusal: `confirmation-unknown`. */
export async function outcomeOf(
  services: Pick<AskServices, 'confirmations'>,
  broker: string,
  id: string,
): Promise<Confirmation['answer']> {
  const confirmation = await services.confirmations.find(id);
  if (confirmation?.broker !== broker) {
    throw refused('confirmation-unknown', 'There is no such confirmation of this broker.', { status: 404 });
  }
  return confirmation.answer;
}
