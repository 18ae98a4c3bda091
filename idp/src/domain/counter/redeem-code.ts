import { refused } from '@xinlu/common/errors';
import type { RateLimit } from '@xinlu/common/rate-limit';
import type { Voucher } from '../passkey/vouchers.ts';
import { isNationalId } from '../person/national-id.ts';
import { isCardGood } from './clerk.ts';
import type { CounterEnrolment } from './counter-store.ts';
import type { CounterServices } from './enrol-at-counter.ts';

/** From the code to the passkey. */
export const REDEEMED_SECONDS = 600;

export type RedeemServices = CounterServices & {
  /** Tries by one browser and by one network address. */
  triesOfBrowser: RateLimit;
  triesOfSource: RateLimit;
};

/** Unknown, late, used, another person's, a clerk's card revoked: one answer, so that nobody learns which codes there are. */
export const codeRefused = () =>
  refused('counter-code-refused', 'This code was not accepted. Ask at the counter for a new one.', {
    status: 403,
  });

/**
 * She types the code and her national ID. It is used up at once, and opens nothing but the making of one passkey in this
 * browser. Refusals: `counter-code-refused`, `rate-limited`.
 */
export async function redeemCode(
  services: RedeemServices,
  input: { typedCode: string; claimedNationalId: string; browserSession: string; source: string; now: Date },
): Promise<CounterEnrolment> {
  await services.triesOfSource.use(input.source);
  await services.triesOfBrowser.use(input.browserSession);
  const codeHash = services.codes.hash(input.typedCode);
  const nationalId = input.claimedNationalId.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (codeHash === undefined || !isNationalId(nationalId)) throw codeRefused();
  const enrolment = await services.counter.redeem(codeHash, nationalId);
  if (enrolment === undefined) throw codeRefused();
  await requireStanding(services, enrolment, input.now);
  return enrolment;
}

/** What a redeemed code vouches for. Refusal: `counter-code-refused` once it is used, late, or its clerks no longer count. */
export async function voucherOfCode(
  services: CounterServices,
  enrolmentId: string,
  now: Date,
): Promise<Voucher> {
  const enrolment = await services.counter.find(enrolmentId);
  const until = (enrolment?.redeemedAt?.getTime() ?? 0) + REDEEMED_SECONDS * 1000;
  if (enrolment?.state !== 'redeemed' || now.getTime() > until) throw codeRefused();
  await requireStanding(services, enrolment, now);
  return {
    personId: enrolment.personId,
    origin: { counterEnrolmentId: enrolment.id },
    acr: enrolment.acr,
    making: { redeems: enrolment.id },
  };
}

/** A code is worth no more than the cards of its clerks and the role of their agency are now. */
async function requireStanding(
  services: CounterServices,
  enrolment: CounterEnrolment,
  now: Date,
): Promise<void> {
  const { agency, clerk, second } = enrolment;
  const cards = [clerk, ...(second === undefined ? [] : [second])];
  const good = await Promise.all(cards.map((id) => isCardGood(services, id, now)));
  const active = services
    .register()
    .byRole('counter')
    .some(({ id }) => id === agency);
  if (good.every(Boolean) && active) return;
  await services.counter.withdraw(enrolment.id, { reason: 'card' });
  throw codeRefused();
}
