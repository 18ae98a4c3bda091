import { refused } from '@xinlu/common/errors';
import { CheckTest, IsoDuration, Localized, parser } from '@xinlu/common/wire';
import { type Static, Type } from 'typebox';

const id = Type.String({ pattern: '^[a-z0-9-]{2,64}$' });
const datasetId = Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$' });
const fieldName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });

export const Field = Type.Object(
  {
    title: Localized,
    sensitivity: Type.Union([Type.Literal('low'), Type.Literal('normal'), Type.Literal('sensitive')]),
    /** JSON Schema of the value. */
    schema: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
);

const Code = Type.Object(
  { code: Type.String({ pattern: '^(?:\\d{3}|C\\d{3})$' }), title: Localized },
  { additionalProperties: false },
);

/**
 * The file of personal data that a dataset is read from, as its keeper must publish it: name, legal basis, specific
 * purposes and categories (個人資料保護法 Art. 17; the codes are those of 個人資料保護法之特定目的及個人資料之類別).
 */
export const PersonalDataFile = Type.Object(
  {
    name: Localized,
    legalBasis: Localized,
    purposes: Type.Array(Code, { minItems: 1, maxItems: 20 }),
    categories: Type.Array(Code, { minItems: 1, maxItems: 40 }),
  },
  { additionalProperties: false },
);

/** What one agency can release, field by field. */
export const Dataset = Type.Object(
  {
    id: datasetId,
    version: Type.Integer({ minimum: 1 }),
    provider: id,
    title: Localized,
    description: Localized,
    /** Category of personal data as published under the Personal Data Protection Act, article 17. */
    category: Localized,
    file: PersonalDataFile,
    fields: Type.Record(fieldName, Field),
  },
  { additionalProperties: false },
);
export type Dataset = Static<typeof Dataset>;

/** What data may be asked for, and how far at most. Terms of the Data Privacy Vocabulary (DPV). */
export const Purpose = Type.Object(
  {
    id,
    version: Type.Integer({ minimum: 1 }),
    title: Localized,
    description: Localized,
    dpv: Type.Array(Type.String({ pattern: '^dpv:[A-Za-z]+$' }), { minItems: 1 }),
    legalBasis: Type.Object(
      { dpv: Type.String({ pattern: '^dpv:[A-Za-z]+$' }), title: Localized },
      { additionalProperties: false },
    ),
    kinds: Type.Array(Type.Union([Type.Literal('government'), Type.Literal('private')]), { minItems: 1 }),
    ceilings: Type.Object(
      {
        /** Fields that may be asked for, by dataset. */
        datasets: Type.Record(datasetId, Type.Array(fieldName, { minItems: 1, uniqueItems: true })),
        /** Absent: only once. */
        standing: Type.Optional(
          Type.Object(
            {
              longest: IsoDuration,
              frequency: Type.Object({ count: Type.Integer({ minimum: 1 }), period: IsoDuration }),
            },
            { additionalProperties: false },
          ),
        ),
        /** What may be verified, by dataset and field, and how often under one consent. Absent: nothing. */
        verification: Type.Optional(
          Type.Object(
            {
              checks: Type.Record(
                datasetId,
                Type.Record(fieldName, Type.Array(CheckTest, { minItems: 1, uniqueItems: true })),
              ),
              quota: Type.Object({ count: Type.Integer({ minimum: 1 }), period: IsoDuration }),
            },
            { additionalProperties: false },
          ),
        ),
        retention: IsoDuration,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Purpose = Static<typeof Purpose>;

const parseDataset = parser(Dataset, 'catalogue-malformed', 'A dataset of the catalogue');
const parsePurpose = parser(Purpose, 'catalogue-malformed', 'A purpose of the catalogue');

export type Catalogue = {
  readonly version: string;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly purposes: ReadonlyMap<string, Purpose>;
};

/** Every version of the catalogue's items that this broker ever worked with. */
export type CatalogueHistory = {
  /** The item as it was in that version. */
  version(kind: 'dataset' | 'purpose', id: string, version: number): Promise<object | undefined>;
};

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  const map = new Map(items.map((item) => [item.id, item]));
  if (map.size !== items.length) throw refused('catalogue-malformed', 'The catalogue names something twice.');
  return map;
}

/** Builds the catalogue from parsed JSON; each ceiling must name datasets and fields that exist. */
export function buildCatalogue(version: string, datasets: unknown[], purposes: unknown[]): Catalogue {
  const catalogue = {
    version,
    datasets: byId(datasets.map((dataset) => parseDataset.parse(dataset))),
    purposes: byId(purposes.map((purpose) => parsePurpose.parse(purpose))),
  };
  for (const purpose of catalogue.purposes.values()) {
    const verified = Object.entries(purpose.ceilings.verification?.checks ?? {}).map(
      ([dataset, checks]) => [dataset, Object.keys(checks)] as const,
    );
    for (const [dataset, fields] of [...Object.entries(purpose.ceilings.datasets), ...verified]) {
      const known = catalogue.datasets.get(dataset)?.fields ?? {};
      const unknown = fields.filter((field) => !Object.hasOwn(known, field));
      if (unknown.length > 0) {
        throw refused('catalogue-malformed', `${purpose.id} names unknown fields of ${dataset}: ${unknown}.`);
      }
    }
  }
  return catalogue;
}
