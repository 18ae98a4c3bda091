import type { Clock } from '@xinlu/common/clock';
import type { RegisterView } from '@xinlu/common/register';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { PartyNotifier, VisitedParty } from '../../domain/login/logout-notices.ts';

type Send = (this: object, personId: string, sid: string | undefined) => Promise<void>;

/** How long an organisation that did not answer is not tried again, so that waiting for it does not delay the others. */
const PAUSE_MILLISECONDS = 5_000;

/**
 * Makes and sends logout tokens by the library (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.5), but when we say
 * so: its own sending, once and at one kind of ending alone, is replaced. `tell` puts a message where it will not be lost.
 */
export function useBackChannelLogout(
  provider: Provider,
  services: {
    register: () => RegisterView;
    clock: Clock;
    tell: (party: VisitedParty) => Promise<void>;
    /** For whom a grant acts, if it acts for another: the one whom the organisation knows there. */
    principalOf: (grantId: string, actorId: string, clientId: string) => Promise<string | undefined>;
  },
): PartyNotifier {
  const prototype = provider.Client.prototype as unknown as { clientId: string; backchannelLogout: Send };
  const send = prototype.backchannelLogout;
  prototype.backchannelLogout = async function backchannelLogout(this: object, personId, sid) {
    const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
    // The end of the whole session tells everybody in its own transaction; this is the end at one organisation alone.
    if (ctx?.oidc.params?.['logout'] !== undefined) return;
    const { clientId } = this as { clientId: string };
    const grantId = ctx?.oidc.session?.grantIdFor(clientId);
    const principal = grantId && (await services.principalOf(grantId, personId, clientId));
    await services.tell({ clientId, personId: principal || personId, ...(sid === undefined ? {} : { sid }) });
  };

  const pausedUntil = new Map<string, number>();
  return {
    async tell({ clientId, personId, sid }) {
      const address = services.register().activeParticipant(clientId)?.relyingParty?.backchannelLogoutUri;
      const client = address === undefined ? undefined : await provider.Client.find(clientId);
      if (address === undefined || client === undefined) return 'nobody-to-tell';
      const { origin } = new URL(address);
      if ((pausedUntil.get(origin) ?? 0) > services.clock.now().getTime())
        throw new Error(`${clientId} did not answer a moment ago`);
      try {
        await send.call(client, personId, sid);
      } catch (cause) {
        pausedUntil.set(origin, services.clock.now().getTime() + PAUSE_MILLISECONDS);
        throw new Error(`${clientId} was not told of a logout`, { cause });
      }
      pausedUntil.delete(origin);
      return 'told';
    },
  };
}
