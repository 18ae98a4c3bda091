import type { RegisterView } from '@xinlu/common/register';
import type { Configuration } from 'oidc-provider';
import type { LoginStore } from '../../domain/login/logins.ts';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import type { PersonStore } from '../../domain/person/person-store.ts';
import { organisationClaims, partyOf } from './organisation-claims.ts';
import { ofLiveLogin } from './person-of-token.ts';
import { subjectAtClient } from './subject-at.ts';

/** Persons as oidc-provider's accounts; who has died or whose login has ended is none. */
export function accounts(services: {
  logins: LoginStore;
  persons: PersonStore;
  register: () => RegisterView;
  subjectOf: PairwiseSubject;
}): NonNullable<Configuration['findAccount']> {
  return async (ctx, personId, artefact) => {
    // A code or token counts as long as its login; a new authorization is judged by the interaction policy.
    const [live, person] = await Promise.all([
      artefact === undefined || ofLiveLogin(services.logins, artefact),
      services.persons.person(personId),
    ]);
    if (!live || person?.state !== 'living') return undefined;
    return {
      accountId: personId,
      claims(_use, _scope, requested) {
        const at = subjectAtClient(requested as Parameters<typeof subjectAtClient>[0], services.register());
        return {
          sub: personId,
          name: person.name,
          holder_kind: person.kind,
          ...organisationClaims(person, partyOf(services.register(), ctx.oidc.client?.clientId)),
          ...(at === undefined
            ? {}
            : { subject_at: { client_id: at.clientId, sub: services.subjectOf(at.sector, personId) } }),
        };
      },
    };
  };
}
