import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type Provider from 'oidc-provider';
import type { CardLoginServices } from '../domain/card/login-with-card.ts';
import type { LoginStore, ProviderSessions } from '../domain/login/logins.ts';
import type { EnrolmentServices } from '../domain/passkey/enrol-passkey.ts';
import type { PasskeyLoginServices } from '../domain/passkey/login-with-passkey.ts';

/** What the pages of a signed-in or signing-in citizen stand on. */
export type PageServices = {
  provider: Provider;
  register: () => RegisterView;
  clock: Clock;
  log: Logger;
  logins: LoginStore;
  providerSessions: ProviderSessions;
  card: CardLoginServices;
  passkey: PasskeyLoginServices & EnrolmentServices;
  cardComponentOrigin: string;
};
