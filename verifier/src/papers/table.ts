import { companyExtract, investmentPermit, subsidyHistory } from './business.ts';
import { genericCertificate } from './certificate.ts';
import { buildingCertificate, landTitleDeed, mortgageCertificate } from './land.ts';
import type { PaperField, PaperType } from './paper-type.ts';

/**
 * Every kind of paper by its short name. A type that was issued never changes, since its papers and their printed form
 * live for decades: a new wording is a new version with a `vct` of its own.
 */
export const paperTypes = {
  'land-title-deed': landTitleDeed,
  'mortgage-certificate': mortgageCertificate,
  'building-certificate': buildingCertificate,
  'investment-permit': investmentPermit,
  'company-extract': companyExtract,
  'subsidy-history': subsidyHistory,
  certificate: genericCertificate,
} as const satisfies Record<string, PaperType>;

export type PaperName = keyof typeof paperTypes;

export const paperNames = Object.keys(paperTypes) as PaperName[];

export function isPaperName(name: string): name is PaperName {
  return Object.hasOwn(paperTypes, name);
}

/** The type of a credential by its `vct`. */
export function paperTypeOf(vct: unknown): PaperType | undefined {
  return Object.values<PaperType>(paperTypes).find((type) => type.vct === vct);
}

type FieldOf<N extends PaperName> = (typeof paperTypes)[N]['fields'][number];
type ValueOf<F extends PaperField> = F extends { choices: infer C }
  ? keyof C
  : F extends { columns: readonly (infer C)[] }
    ? readonly { readonly [K in C as K extends { name: infer P extends string } ? P : never]: string }[]
    : string;

/** What one paper of this type says. */
export type PaperData<N extends PaperName> = N extends PaperName
  ? {
      readonly [F in FieldOf<N> as F extends { optional: true } ? never : F['name']]: ValueOf<F>;
    } & { readonly [F in FieldOf<N> as F extends { optional: true } ? F['name'] : never]?: ValueOf<F> }
  : never;
