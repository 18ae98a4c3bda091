/** A citizen certificate card that the seed personalises. The PIN is printed on the portal: this is a demo country. */
export type CardPlan = {
  id: string;
  citizen: string;
  authority: 'moica-g3' | 'moica-g4';
  kind: 'primary' | 'secondary';
  pin: string;
  /** Set for the card that was reported lost: its serial stands on the revocation list from the first day. */
  lost?: boolean;
};

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
];
