import { readdirSync, readFileSync } from 'node:fs';
import type { Lang } from '@xinlu/common/i18n';
import type { Localized } from '@xinlu/common/wire';

/** A dataset of the public MyData catalogue, as far as the agencies of the demo read it. */
export type CatalogueDataset = {
  id: string;
  title: Localized;
  fields: Readonly<Record<string, { title: Localized; schema: Readonly<Record<string, unknown>> }>>;
};

const folder = new URL('../../../consent/catalogue/datasets/', import.meta.url);

const datasets: ReadonlyMap<string, CatalogueDataset> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CatalogueDataset)
    .map((dataset) => [dataset.id, dataset]),
);

/** The JSON Schema of each field, by which an agency's connector checks its own values before they leave. */
export const catalogueSchemas = (id: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> => {
  const dataset = datasets.get(id);
  if (dataset === undefined) throw new Error(`the catalogue has no dataset ${id}`);
  return Object.fromEntries(Object.entries(dataset.fields).map(([name, { schema }]) => [name, schema]));
};

/** A dataset's name in words; its id when there is none. */
export const datasetTitle = (id: string, lang: Lang): string => datasets.get(id)?.title[lang] ?? id;

/** A field's name in words, as the citizen reads it when she is asked. */
export const catalogueFieldTitle = (dataset: string, field: string, lang: Lang): string =>
  datasets.get(dataset)?.fields[field]?.title[lang] ?? field;
