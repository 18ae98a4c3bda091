import { parser } from '@xinlu/common/wire';
import { type Static, Type } from 'typebox';
import { type CredentialOrder, issueCredential } from './credential.ts';

/** The `vct` of a digital title deed 數位權狀. */
export const titleDeedType = 'urn:xinlu:credential:land-title-deed:1';

const Text = Type.String({ minLength: 1, maxLength: 200 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

/** What a title deed says, in the order of the printed one (所有權狀). Areas in square metres as decimals. */
export const TitleDeed = Type.Object(
  {
    /** 權狀字號 */
    deed_number: Text,
    /** 登記機關 */
    registry: Text,
    /** 土地或建物 */
    property: Type.Union([Type.Literal('land'), Type.Literal('building')]),
    /** 段、地號或建號 */
    parcel: Text,
    /** 建物門牌或土地坐落 */
    address: Text,
    area_square_metres: Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,2})?$' }),
    /** 權利範圍, e.g. 全部 or 1/2 */
    share: Text,
    /** 所有權人姓名 */
    owner_name: Text,
    /** 登記日期 */
    registered_on: Day,
    /** 登記原因, e.g. 買賣 */
    cause: Text,
    /** 原因發生日期 */
    cause_on: Day,
  },
  { additionalProperties: false },
);
export type TitleDeed = Static<typeof TitleDeed>;

const parseTitleDeed = parser(TitleDeed, 'title-deed-malformed', 'The title deed');

/** What every reader sees: which deed of which office. All else the owner may leave out. */
const always = ['deed_number', 'registry', 'property'] as const satisfies readonly (keyof TitleDeed)[];

/** Issues a title deed as SD-JWT VC, each field but number, registry and kind selectively disclosable. */
export function issueTitleDeed(
  deed: TitleDeed,
  order: Pick<CredentialOrder, 'issuer' | 'status' | 'validSeconds'>,
  tools: Parameters<typeof issueCredential>[1],
): Promise<string> {
  const entries = Object.entries(parseTitleDeed.parse(deed));
  const isAlways = ([name]: [string, unknown]) => (always as readonly string[]).includes(name);
  return issueCredential(
    {
      ...order,
      type: titleDeedType,
      always: Object.fromEntries(entries.filter(isAlways)),
      selective: Object.fromEntries(entries.filter((entry) => !isAlways(entry))),
    },
    tools,
  );
}
