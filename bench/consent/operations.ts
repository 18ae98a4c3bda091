import { withdrawConsent } from '../../consent/src/domain/withdraw-consent.ts';
import { consentTo, standing, waiver } from '../../consent/test/support/consent.ts';
import { time, type World } from './world.ts';

const TURNS = 60;
const FEW = 12;

/** Every operation that reads or writes consents and accesses; milliseconds of each run. */
export async function timeOperations(world: World): Promise<Record<string, number[]>> {
  const { country, consents } = world;
  const { domain } = country.consent;
  const stored = await domain.consents.find(consents[0]?.consentId ?? '');
  const account = stored?.account ?? '';
  const [access] = await domain.accesses.listOf(account, { limit: 1 });
  const [event] = await domain.consents.eventsOf(stored?.id ?? '');
  const fresh: string[] = [];
  const times: Record<string, number[]> = {
    release: await time(TURNS, (turn) => world.exchange(turn)),
    'consent given, login and screen included': await time(FEW, async () => {
      fresh.push((await consentTo(country, waiver(standing()))).consent.consentId);
    }),
    withdrawal: await time(FEW, async (turn) => {
      const consent = await domain.consents.find(fresh[turn] ?? '');
      await withdrawConsent(domain, {
        consentId: consent?.id ?? '',
        account: consent?.account ?? '',
        lang: 'zh-TW',
      });
    }),
    'her consents': await time(TURNS, () => domain.consents.listOf(account)),
    'her access log': await time(TURNS, () => domain.accesses.listOf(account, { limit: 50 })),
    'the log of one consent': await time(TURNS, () =>
      domain.accesses.listOf(account, { consentId: stored?.id ?? '', limit: 50 }),
    ),
    'a signed record': await time(TURNS, () => domain.accesses.recordOf(account, access?.id ?? '')),
    'a receipt': await time(TURNS, () => domain.consents.receiptOf(account, event?.id ?? '')),
    'consent of a grant': await time(TURNS, () => domain.consents.findByGrant(stored?.grantId ?? '')),
    'housekeeping: expired': await time(TURNS, () => domain.consents.due()),
    'housekeeping: abandoned': await time(TURNS, () =>
      domain.deliveries.closeAbandoned({ unansweredSeconds: 70, unfinishedSeconds: 900 }),
    ),
    'figures of consents': await time(FEW, () => domain.consents.countByState()),
    'figures of accesses': await time(FEW, () => domain.accesses.countByOutcome()),
  };
  return times;
}
