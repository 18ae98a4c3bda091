import type { RegisterView } from '@xinlu/common/register';
import { MANDATE_DETAIL_TYPE, type MandateDetail } from '@xinlu/common/wire';
import { errors, type Grant, type KoaContextWithOIDC } from 'oidc-provider';
import { learnsName } from '../../domain/login/learns-name.ts';
import type { Delegation, MandateStore } from '../../domain/mandate/mandates.ts';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import { actingPending, actingResultOf } from './mandate-prompt.ts';
import { sectorAt } from './subject-at.ts';

/** As far as a code or token of the provider is looked at here; `rar` is what it was given of `authorization_details`. */
type Artefact = {
  grantId?: string;
  clientId?: string;
  accountId?: string;
  rar?: readonly { type?: unknown }[];
};

export type Delegations = {
  /** Makes a new grant one of the mandate that she chose, if she chose one. AccessDenied when it is no longer in force. */
  delegate(ctx: KoaContextWithOIDC, grant: Grant): Promise<void>;
  chosen(ctx: KoaContextWithOIDC): boolean;
  /** A mandate is asked for, and she has not said yet for whom she acts. */
  pending(ctx: KoaContextWithOIDC): boolean;
  /**
   * For whom a code or token acts: `undefined` for its holder herself, `ended` when its mandate is not in force at this
   * moment. Every use of a code or token asks here, so a mandate ends with effect at once.
   */
  of(artefact: unknown): Promise<Delegation | 'ended' | undefined>;
};

export const isDelegated = (artefact: unknown): boolean =>
  ((artefact as Artefact).rar ?? []).some(({ type }) => type === MANDATE_DETAIL_TYPE);

export function createDelegations(services: {
  mandates: MandateStore;
  subjectOf: PairwiseSubject;
  register: () => RegisterView;
}): Delegations {
  const sectorOf = (clientId: string) => sectorAt(services.register(), clientId);
  return {
    pending: actingPending,
    chosen: (ctx) => actingResultOf(ctx)?.mandate !== undefined,
    async delegate(ctx, grant) {
      const acting = actingResultOf(ctx);
      const { clientId, accountId } = grant;
      if (acting?.mandate === undefined || clientId === undefined || accountId === undefined) return;
      const { id, kind, actions, until } = acting.mandate;
      const detail: MandateDetail = {
        type: MANDATE_DETAIL_TYPE,
        // A mandate known by one number everywhere would tell two sectors that they know the same principal.
        identifier: services.subjectOf(sectorOf(clientId), `mandate\n${id}`),
        kind,
        actions: [...actions],
        ...(until === undefined ? {} : { until }),
      };
      (grant as unknown as { addRar(detail: MandateDetail): void }).addRar(detail);
      const grantId = await grant.save();
      if (acting.actorId === accountId) {
        if (
          await services.mandates.bind({
            grantId,
            mandateId: id,
            actorId: accountId,
            clientId,
            learntName: learnsName(ctx.oidc.params ?? {}),
          })
        )
          return;
      }
      await grant.destroy();
      throw new errors.AccessDenied('the mandate is no longer in force');
    },
    async of(artefact) {
      if (!isDelegated(artefact)) return undefined;
      const { grantId, clientId, accountId } = artefact as Artefact;
      if (grantId === undefined || clientId === undefined || accountId === undefined) return 'ended';
      return (await services.mandates.ofGrant(grantId, accountId, clientId)) ?? 'ended';
    },
  };
}
