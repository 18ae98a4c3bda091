import type { JsonObject } from '../document/jws.ts';
import { fingerprintOf } from '../document/kinds.ts';
import { disclosedClaims, disclosuresBelong } from '../document/sd-jwt.ts';
import { parseFile } from '../file/xinlu-file.ts';
import type { Pair, PaperColumn, PaperField, PaperType } from '../papers/paper-type.ts';
import { paperTypeOf } from '../papers/table.ts';
import { grouped, rocDay, taipeiDay } from './text.ts';

/** One row of the printed table: a value, or a list with columns. */
export type PrintedRow =
  | { readonly label: Pair; readonly value: string }
  | { readonly label: Pair; readonly columns: readonly PaperColumn[]; readonly rows: readonly string[][] };

/** What stands on the printed paper, before it is laid out; all of it follows from the file and the verifier's address. */
export type PrintedPaper = {
  readonly heading: Pair;
  readonly number: { readonly label: Pair; readonly value: string } | undefined;
  readonly rows: readonly PrintedRow[];
  readonly closing: Pair;
  readonly authority: string;
  readonly issuedOn: string;
  /** As by `fingerprintOf`. */
  readonly fingerprint: string;
  /** What the QR code says: where to check, whose paper it is, and which. */
  readonly code: string;
};

/** More than any type allows, and little enough to lay out in a moment; what is longer is no paper but an attack. */
const longestClaims = 65_536;

/** The printed form of a file's paper; undefined if it is no paper of a type in the table. */
export async function printedPaper(file: string, verifier: string): Promise<PrintedPaper | undefined> {
  const document = parseFile(file)?.document;
  const type = paperTypeOf(document?.jwt.payload['vct']);
  if (document?.kind !== 'credential' || document.holderProof || !type || !disclosuresBelong(document))
    return undefined;
  const claims = await disclosedClaims(document.compact);
  if (JSON.stringify(claims).length > longestClaims) return undefined;
  const { iss, iat } = document.jwt.payload;
  const fingerprint = fingerprintOf(document);
  const number = type.fields.find(({ seen }) => seen === 'number');
  const said = type.fields.filter((field) => field !== number && Object.hasOwn(claims, field.name));
  return {
    heading: headingOf(type, claims),
    number: number && { label: number.label, value: textOf(claims[number.name]) },
    rows: said.filter(({ name }) => name !== type.authority).map((field) => rowOf(field, claims[field.name])),
    closing: type.closing,
    authority: textOf(claims[type.authority]),
    issuedOn: typeof iat === 'number' ? rocDay(taipeiDay(iat)) : '',
    fingerprint,
    code: `${verifier}#p=${String(iss)}.${fingerprint}`,
  };
}

function headingOf({ headings, name }: PaperType, claims: JsonObject): Pair {
  const value = headings && claims[headings.field];
  return (typeof value === 'string' ? headings?.of[value] : undefined) ?? name;
}

function rowOf(field: PaperField, value: unknown): PrintedRow {
  const { label, columns } = field;
  if (!columns) return { label, value: valueText(field, textOf(value)) };
  const rows = Array.isArray(value) ? value : [];
  return {
    label,
    columns,
    rows: rows.map((row: JsonObject) =>
      columns.map((column) => valueText(column, textOf(row?.[column.name]))),
    ),
  };
}

function valueText(field: PaperField | PaperColumn, value: string): string {
  if ('choices' in field && field.choices) return field.choices[value]?.[0] ?? value;
  if (field.form === 'day') return rocDay(value);
  const isNumber = field.form === 'integer' || field.form === 'decimal';
  const number = isNumber ? grouped(value) : value;
  return field.unit ? `${number} ${field.unit[0]}` : number;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
