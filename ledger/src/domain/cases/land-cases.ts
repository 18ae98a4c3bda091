import { refused } from '@xinlu/common/errors';
import { type Static, Type } from 'typebox';
import type { Fault, Slot } from './case-file.ts';
import { type CaseType, type ChangeSource, usualDays } from './case-type.ts';
import { Hash, Part, TitleJson } from './title.ts';

const facts = <T>(given: Record<string, unknown>) => given as T;
const standing = (title: TitleJson | undefined): TitleJson => {
  if (!title) throw refused('unit-unknown', 'There is no title of this unit.', { status: 404 });
  return title;
};
const partyOf = ({ slots }: ChangeSource, name: string) => {
  const found = slots.find(({ slot }) => slot === name);
  if (!found) throw new Error(`no party ${name}`);
  return found;
};
const ascending = (keys: readonly string[]) => [...new Set(keys)].sort();
const holders = (title: TitleJson, restriction: number) =>
  title.mortgages.filter(({ restrictions }) => restrictions & restriction).map(({ key }) => key);
const owners = (title: TitleJson): Slot[] =>
  title.owners.map(({ key }, index) => ({ slot: `owner-${index + 1}`, role: 'owner', expects: key }));
const holderSlots = (title: TitleJson, restriction: number): Slot[] =>
  [...new Set(holders(title, restriction))].map((key, index) => ({
    slot: `holder-${index + 1}`,
    role: 'mortgage-holder',
    expects: key,
  }));
const ordersStand = ({ title }: ChangeSource): Fault[] =>
  title && title.orders.length > 0
    ? [{ code: 'court-order', detail: `${title.orders.length} court order(s) stand on the unit` }]
    : [];

const FirstFacts = Type.Object({ title: TitleJson }, { additionalProperties: false });
/** 土地總登記、建物所有權第一次登記 */
const firstRegistration: CaseType = {
  name: 'first-registration',
  title: { 'zh-TW': '第一次登記', en: 'First registration' },
  facts: FirstFacts,
  documents: ['survey'],
  fee: 0,
  days: usualDays,
  slots: () => [],
  check: ({ title }) => (title ? [{ code: 'unit-exists', detail: 'the unit is registered already' }] : []),
  change: ({ facts: given, terms }) => ({
    kind: 'open',
    terms,
    before: undefined,
    after: facts<Static<typeof FirstFacts>>(given).title,
    parties: [],
  }),
};

const SaleFacts = Type.Object(
  { denominator: Part, buyers: Type.Array(Part, { minItems: 1, maxItems: 20 }) },
  { additionalProperties: false },
);
/** 買賣移轉: the whole unit, from all owners to the buyers. */
const sale: CaseType = {
  name: 'sale',
  title: { 'zh-TW': '買賣移轉登記', en: 'Registration of a sale' },
  facts: SaleFacts,
  documents: ['contract', 'land-value-tax', 'household'],
  fee: 1_000,
  days: usualDays,
  slots: (given, title) => [
    ...owners(standing(title)),
    ...facts<Static<typeof SaleFacts>>(given).buyers.map((_, index) => ({
      slot: `buyer-${index + 1}`,
      role: 'buyer',
    })),
    ...holderSlots(standing(title), 1),
  ],
  check(source) {
    const { buyers, denominator } = facts<Static<typeof SaleFacts>>(source.facts);
    const sum = buyers.reduce((total, part) => total + BigInt(part), 0n);
    return [
      ...ordersStand(source),
      ...(sum === BigInt(denominator)
        ? []
        : [{ code: 'shares-not-one', detail: `${sum} of ${denominator}` }]),
    ];
  },
  change(source) {
    const before = standing(source.title);
    const { buyers, denominator } = facts<Static<typeof SaleFacts>>(source.facts);
    const bought = buyers
      .map((numerator, index) => {
        const { key, party } = partyOf(source, `buyer-${index + 1}`);
        return { key, party, numerator };
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const keys = [...before.owners, ...bought].map(({ key }) => key);
    return {
      kind: 'transfer',
      terms: source.terms,
      before,
      after: { ...before, denominator, owners: bought },
      parties: [...ascending(keys), ...holders(before, 1)],
    };
  },
};

const MortgageFacts = Type.Object(
  { claim: Hash, restrictions: Type.Integer({ minimum: 0, maximum: 3 }) },
  { additionalProperties: false },
);
/** 抵押權設定 */
const mortgageSetting: CaseType = {
  name: 'mortgage-setting',
  title: { 'zh-TW': '抵押權設定登記', en: 'Registration of a mortgage' },
  facts: MortgageFacts,
  documents: ['contract'],
  fee: 1_000,
  days: usualDays,
  slots: (_, title) => [
    ...owners(standing(title)),
    { slot: 'bank', role: 'bank' },
    ...holderSlots(standing(title), 2),
  ],
  check: ordersStand,
  change(source) {
    const before = standing(source.title);
    const { key, party } = partyOf(source, 'bank');
    const mortgage = { key, party, ...facts<Static<typeof MortgageFacts>>(source.facts) };
    return {
      kind: 'setMortgage',
      terms: source.terms,
      before,
      after: { ...before, mortgages: [...before.mortgages, mortgage] },
      parties: [...before.owners.map(({ key: owner }) => owner), ...holders(before, 2), key],
    };
  },
};

const CancellationFacts = Type.Object({ claim: Hash }, { additionalProperties: false });
const rankOf = (title: TitleJson, given: Record<string, unknown>) =>
  title.mortgages.findIndex(({ claim }) => claim === facts<Static<typeof CancellationFacts>>(given).claim);
/** 抵押權塗銷: its holder is enough, and no court's order stands against it. */
const mortgageCancellation: CaseType = {
  name: 'mortgage-cancellation',
  title: { 'zh-TW': '抵押權塗銷登記', en: 'Cancellation of a mortgage' },
  facts: CancellationFacts,
  documents: ['discharge-certificate'],
  fee: 0,
  days: usualDays,
  slots(given, title) {
    const mortgage = standing(title).mortgages[rankOf(standing(title), given)];
    if (!mortgage) throw refused('mortgage-unknown', 'No such mortgage stands on the unit.', { status: 404 });
    return [{ slot: 'bank', role: 'bank', expects: mortgage.key }];
  },
  check: ({ facts: given, title }) =>
    title && rankOf(title, given) < 0
      ? [{ code: 'mortgage-unknown', detail: 'it is cancelled already' }]
      : [],
  change(source) {
    const before = standing(source.title);
    const rank = rankOf(before, source.facts);
    return {
      kind: 'discharge',
      terms: source.terms,
      before,
      after: { ...before, mortgages: before.mortgages.filter((_, index) => index !== rank) },
      rank,
      parties: [before.mortgages[rank]?.key ?? ''],
    };
  },
};

/** The case types of a land office, by name. */
export const landCases: ReadonlyMap<string, CaseType> = new Map(
  [firstRegistration, sale, mortgageSetting, mortgageCancellation].map((type) => [type.name, type]),
);
