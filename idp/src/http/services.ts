import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type Provider from 'oidc-provider';
import type { Acquaintances } from '../domain/account/acquaintances.ts';
import type { CardLoginServices } from '../domain/card/login-with-card.ts';
import type { RedeemServices } from '../domain/counter/redeem-code.ts';
import type { HandOver, LoginStore, ProviderSessions } from '../domain/login/logins.ts';
import type { ActForServices } from '../domain/mandate/act-for.ts';
import type { AnswerServices } from '../domain/mandate/answer-offer.ts';
import type { GuardianshipServices } from '../domain/mandate/guardianship.ts';
import type { OfferServices } from '../domain/mandate/make-offer.ts';
import type { Notices } from '../domain/notice/notices.ts';
import type { EnrolmentServices } from '../domain/passkey/enrol-passkey.ts';
import type { ObjectionServices } from '../domain/recovery/object.ts';

/** What the pages on acting for others stand on. */
export type MandateServices = OfferServices & AnswerServices & GuardianshipServices & ActForServices;

/** What the pages of a signed-in or signing-in citizen stand on. */
export type PageServices = {
  provider: Provider;
  handOver: HandOver;
  register: () => RegisterView;
  clock: Clock;
  ids: Ids;
  /** Whether the issuer's address is https, so that cookies are for https alone. */
  https: boolean;
  log: Logger;
  logins: LoginStore;
  providerSessions: ProviderSessions;
  acquaintances: Acquaintances;
  notices: Notices;
  mandate: MandateServices;
  card: CardLoginServices;
  passkey: ObjectionServices & EnrolmentServices;
  counter: RedeemServices;
  cardComponentOrigin: string;
  /** Where the browser's own certificate is asked for; absent where there is no such host. */
  cardTlsOrigin: string | undefined;
  /** How long a recovery cools off. */
  coolingHours: number;
};
