import type { PaperData } from '@xinlu/verifier';

export type TitleDeed = PaperData<'land-title-deed'>;

const registry = '信路地政事務所';

/** The land register, as far as the demo needs it. Each entry is what a deed of it says. */
export const titles: readonly TitleDeed[] = [
  {
    deed_number: '115信中字第004217號',
    registry,
    property: 'building',
    parcel: '中正段二小段 01386-000 建號',
    address: '信路市中正區信義路二段 86 號 3 樓',
    area_square_metres: '68.42',
    share: '1/2',
    owner_name: '林怡君',
    registered_on: '2026-03-18',
    cause: '繼承',
    cause_on: '2025-11-02',
  },
  {
    deed_number: '112信大字第018830號',
    registry,
    property: 'building',
    parcel: '大安段三小段 02514-000 建號',
    address: '信路市大安區建國南路一段 210 號 9 樓之 1',
    area_square_metres: '92.35',
    share: '全部',
    owner_name: '陳志明',
    registered_on: '2023-07-06',
    cause: '買賣',
    cause_on: '2023-06-12',
  },
];

/** The title with this deed number, however it is spaced. */
export const titleByNumber = (typed: string): TitleDeed | undefined => {
  const number = typed.normalize('NFKC').replace(/\s/g, '');
  return titles.find(({ deed_number }) => deed_number === number);
};
