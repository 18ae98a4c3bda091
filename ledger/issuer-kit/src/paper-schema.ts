import { type PaperColumn, type PaperField, type PaperName, paperTypes } from '@xinlu/verifier';
import { type TSchema, Type } from 'typebox';

/** No control characters, and none that turn the direction of writing: a paper reads as it is written. */
const line = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]+$';
const lines = '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]+$';

/** Rows of a list on one paper. */
const mostRows = 40;

const forms = {
  text: { pattern: line, minLength: 1, maxLength: 200 },
  prose: { pattern: lines, minLength: 1, maxLength: 1000 },
  day: { pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' },
  decimal: { pattern: '^\\d{1,9}(\\.\\d{1,2})?$' },
  integer: { pattern: '^(0|[1-9]\\d{0,15})$' },
  'business-number': { pattern: '^\\d{8}$' },
} as const;

function valueSchema(field: PaperField | PaperColumn): TSchema {
  if ('choices' in field && field.choices) {
    return Type.Union(Object.keys(field.choices).map((value) => Type.Literal(value)));
  }
  if (field.form !== 'rows') return Type.String(forms[field.form]);
  const columns = 'columns' in field ? (field.columns ?? []) : [];
  const row = Type.Object(Object.fromEntries(columns.map((column) => [column.name, valueSchema(column)])), {
    additionalProperties: false,
  });
  return Type.Array(row, { minItems: 1, maxItems: mostRows });
}

/** JSON Schema (2020-12) of what a paper of this type says, from the table of types. */
export function paperSchema(name: PaperName): TSchema {
  const fields: readonly PaperField[] = paperTypes[name].fields;
  const members = fields.map((field) => {
    const schema = { ...valueSchema(field), title: field.label[0], description: field.label[1] };
    return [field.name, field.optional ? Type.Optional(schema) : schema] as const;
  });
  return Type.Object(Object.fromEntries(members), { additionalProperties: false });
}
