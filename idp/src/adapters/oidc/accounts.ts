import type { Clock } from '@xinlu/common/clock';
import type { RegisterView } from '@xinlu/common/register';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { LoginStore } from '../../domain/login/logins.ts';
import type { Delegation } from '../../domain/mandate/mandates.ts';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import type { PersonStore } from '../../domain/person/person-store.ts';
import type { Delegations } from './delegations.ts';
import { organisationClaims, partyOf } from './organisation-claims.ts';
import { ofLiveLogin } from './person-of-token.ts';
import { demandAuthentication } from './step-up.ts';
import { sectorAt, subjectAtClient } from './subject-at.ts';

/**
 * Persons as oidc-provider's accounts; who has died or whose login has ended is none. The account of a code or token that
 * was given by a mandate is the one who signed in, its claims are those of the principal (RFC 8693 section 4.1).
 */
export function accounts(services: {
  logins: LoginStore;
  persons: PersonStore;
  register: () => RegisterView;
  subjectOf: PairwiseSubject;
  clock: Clock;
  delegations: Delegations;
}): NonNullable<Configuration['findAccount']> {
  const actorAt = (ctx: KoaContextWithOIDC, { actorId }: Delegation) =>
    services.subjectOf(sectorAt(services.register(), ctx.oidc.client?.clientId ?? ''), actorId);
  const detailsOf = (artefact: unknown) => (artefact as { rar?: unknown }).rar;
  return async (ctx, accountId, artefact) => {
    // A code or token counts as long as its login; a new authorization is judged by the interaction policy.
    const [live, delegation] = await Promise.all([
      artefact === undefined || ofLiveLogin(services.logins, artefact),
      artefact === undefined ? undefined : services.delegations.of(artefact),
    ]);
    if (!live || delegation === 'ended') return undefined;
    const personId = delegation?.principalId ?? accountId;
    const person = await services.persons.person(personId);
    if (person?.state !== 'living') return undefined;
    if (ctx.oidc.route === 'userinfo' && artefact !== undefined)
      demandAuthentication(ctx, artefact, services.register(), services.clock.now());
    return {
      accountId,
      ...(delegation === undefined ? {} : { principalId: delegation.principalId }),
      claims(_use, _scope, requested) {
        const at = subjectAtClient(requested as Parameters<typeof subjectAtClient>[0], services.register());
        return {
          sub: personId,
          name: person.name,
          holder_kind: person.kind,
          ...organisationClaims(person, partyOf(services.register(), ctx.oidc.client?.clientId)),
          ...(delegation === undefined
            ? {}
            : { act: { sub: actorAt(ctx, delegation) }, authorization_details: detailsOf(artefact) }),
          ...(at === undefined
            ? {}
            : {
                subject_at: {
                  client_id: at.clientId,
                  sub: services.subjectOf(at.sector, personId),
                  ...(delegation === undefined
                    ? {}
                    : { act: { sub: services.subjectOf(at.sector, delegation.actorId) } }),
                },
              }),
        };
      },
    };
  };
}
