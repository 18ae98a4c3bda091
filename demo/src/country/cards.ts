import type { Lang } from '@xinlu/common/i18n';
import type { AuthorityId } from '../pki/authorities.ts';
import { citizenName } from './citizens.ts';
import { organisationById } from './organisations.ts';

/** A certificate card that the seed personalises. The PIN is printed on the portal: this is a demo country. */
export type CardPlan = {
  id: string;
  authority: AuthorityId;
  kind: 'primary' | 'secondary';
  pin: string;
  /** Set for the card that was reported lost: its serial stands on the revocation list from the first day. */
  lost?: boolean;
} & ({ citizen: string } | { organisation: string });

/** Whose card it is, as a page shows it. */
export const holderName = (card: CardPlan, lang: Lang): string =>
  'citizen' in card
    ? citizenName(card.citizen, lang)
    : (organisationById(card.organisation)?.name[lang] ?? card.organisation);

export const cardPlans: readonly CardPlan[] = [
  { id: 'lin-yijun', citizen: 'lin-yijun', authority: 'moica-g3', kind: 'primary', pin: '246810' },
  { id: 'chen-zhiming', citizen: 'chen-zhiming', authority: 'moica-g4', kind: 'primary', pin: '135790' },
  { id: 'wang-shufen', citizen: 'wang-shufen', authority: 'moica-g4', kind: 'primary', pin: '778899' },
  { id: 'li-jianhong', citizen: 'li-jianhong', authority: 'moica-g3', kind: 'primary', pin: '112358' },
  {
    id: 'chen-zhiming-lost',
    citizen: 'chen-zhiming',
    authority: 'moica-g3',
    kind: 'secondary',
    pin: '135790',
    lost: true,
  },
  { id: 'lin-yijun-health', citizen: 'lin-yijun', authority: 'hica', kind: 'primary', pin: '246810' },
  { id: 'xinchuan', organisation: 'xinchuan', authority: 'moeaca', kind: 'primary', pin: '900100' },
  { id: 'parents', organisation: 'parents', authority: 'xca', kind: 'primary', pin: '900200' },
  // Two clerks of one counter: the agency is one account, the cards are told apart.
  {
    id: 'zhongzheng-clerk-1',
    organisation: 'zhongzheng-office',
    authority: 'gca',
    kind: 'primary',
    pin: '900301',
  },
  {
    id: 'zhongzheng-clerk-2',
    organisation: 'zhongzheng-office',
    authority: 'gca',
    kind: 'secondary',
    pin: '900302',
  },
];
