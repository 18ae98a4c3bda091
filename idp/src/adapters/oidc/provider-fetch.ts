import { registerFetch } from '@xinlu/common/oidc-provider';
import type { RegisterView } from '@xinlu/common/register';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isLogoutAddress(register: RegisterView, url: string): boolean {
  return register.participants.some(
    ({ id, relyingParty }) =>
      relyingParty?.backchannelLogoutUri === url && register.activeParticipant(id) !== undefined,
  );
}

/**
 * All that the provider ever fetches: keys out of the register, and the logout addresses that stand in it, character by
 * character. Those are https, and the library lets none resolve to a special-use address; in the demo alone they may be on
 * this machine. A redirect is not followed, since where it leads stands in no register.
 */
export function providerFetch(services: { register: () => RegisterView; demo: boolean }): typeof fetch {
  const fromRegister = registerFetch((id) => services.register().activeParticipant(id));
  return async (input, init) => {
    const url = String(input);
    if (!isLogoutAddress(services.register(), url)) return fromRegister(input);
    const { protocol, hostname } = new URL(url);
    const onThisMachine = services.demo && LOOPBACK.has(hostname);
    if (protocol !== 'https:' && !onThisMachine) throw new Error('a logout address is not https');
    const { dispatcher, ...plain } = (init ?? {}) as RequestInit & { dispatcher?: unknown };
    // Without the guard only where a loopback address is meant; with it everywhere else.
    return fetch(url, {
      ...plain,
      redirect: 'manual',
      ...(onThisMachine || dispatcher === undefined ? {} : ({ dispatcher } as object)),
    });
  };
}
