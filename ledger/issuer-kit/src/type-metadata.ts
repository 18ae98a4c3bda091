import { type PaperField, type PaperName, type PaperType, paperNames, paperTypes } from '@xinlu/verifier';
import { paperSchema } from './paper-schema.ts';

/**
 * Type metadata of a paper's `vct` (SD-JWT VC, "SD-JWT VC Type Metadata"): what it and its claims are called in
 * Chinese and English, and which of them a holder may leave out.
 */
export function typeMetadata(name: PaperName): object {
  const type: PaperType = paperTypes[name];
  const inBoth = (of: (language: 0 | 1) => object) => [
    { locale: 'zh-TW', ...of(0) },
    { locale: 'en', ...of(1) },
  ];
  return {
    vct: type.vct,
    name: type.name[1],
    description: type.description[1],
    display: inBoth((language) => ({
      name: type.name[language],
      description: type.description[language],
    })),
    claims: type.fields.flatMap((field) => [
      {
        path: [field.name],
        display: inBoth((language) => ({ label: field.label[language] })),
        mandatory: field.optional !== true,
        sd: disclosability[field.seen],
      },
      ...(field.columns ?? []).map((column) => ({
        path: [field.name, null, column.name],
        display: inBoth((language) => ({ label: column.label[language] })),
        sd: 'never',
      })),
    ]),
  };
}

/** A paper's number is in clear in an ordinary paper and disclosable in a one-time copy. */
const disclosability: Record<PaperField['seen'], string> = {
  always: 'never',
  number: 'allowed',
  holder: 'always',
};

/** What an issuer publishes about its types, by file name: type metadata and JSON Schema. */
export function publishedTypes(names: readonly PaperName[] = paperNames): Map<string, object> {
  const schemaOf = (name: PaperName) => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: paperTypes[name].name[0],
    ...(JSON.parse(JSON.stringify(paperSchema(name))) as object),
  });
  return new Map(
    names.flatMap((name) => [
      [`${name}.json`, typeMetadata(name)],
      [`${name}.schema.json`, schemaOf(name)],
    ]),
  );
}
