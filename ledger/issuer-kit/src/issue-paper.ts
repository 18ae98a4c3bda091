import { refused } from '@xinlu/common/errors';
import { type Parser, parser } from '@xinlu/common/wire';
import { type PaperData, type PaperField, type PaperName, paperTypes } from '@xinlu/verifier';
import { type CredentialOrder, type HolderKey, issueCredential } from './credential.ts';
import { paperSchema } from './paper-schema.ts';

export type PaperOrder = Pick<CredentialOrder, 'issuer' | 'status' | 'validSeconds' | 'holderKey'>;
type Tools = Parameters<typeof issueCredential>[1];

const parsers = new Map<PaperName, Parser<unknown>>();

function parserOf(name: PaperName): Parser<unknown> {
  const known = parsers.get(name);
  if (known) return known;
  const made = parser(paperSchema(name), 'paper-malformed', 'The paper');
  parsers.set(name, made);
  return made;
}

/** Whatever was given as a paper's content, now of its type; refusal `paper-malformed` (400) with the faults. */
export function parsePaper<N extends PaperName>(name: N, unverified: unknown): PaperData<N> {
  return parserOf(name).parse(unverified) as PaperData<N>;
}

/**
 * Issues a paper as SD-JWT VC: its number, office and kind are signed in clear, each other field is disclosable by itself.
 * Refusal `paper-malformed`.
 */
export async function issuePaper<N extends PaperName>(
  name: N,
  data: PaperData<N>,
  order: PaperOrder,
  tools: Tools,
): Promise<string> {
  return issue(name, parsePaper(name, data) as object, order, tools, ({ seen }) => seen !== 'holder');
}

export type CopiesOrder = Pick<CredentialOrder, 'issuer' | 'validSeconds'> & {
  /** A place in a status list for each copy, and a key of the holder's where the copies are bound to her. */
  readonly copies: readonly {
    readonly status: CredentialOrder['status'];
    readonly holderKey?: HolderKey;
  }[];
};

/**
 * Issues the same paper several times for showing once each: copies of which two readers cannot tell that they are of one
 * paper. Nothing that differs between papers is in clear, no salt, key, signature or status place stands in two of them,
 * and each is an entry of its own in the log. What the holder discloses can of course be compared.
 * Refusals: `paper-malformed`; `copies-linkable` where a place or key is given twice, or keys to some copies only.
 */
export async function issueCopies<N extends PaperName>(
  name: N,
  data: PaperData<N>,
  { copies, ...order }: CopiesOrder,
  tools: Tools,
): Promise<string[]> {
  const parsed = parsePaper(name, data) as object;
  const places = new Set(copies.map(({ status }) => `${status.uri} ${status.index}`));
  const keys = copies.flatMap(({ holderKey }) => (holderKey ? [`${holderKey.x} ${holderKey.y}`] : []));
  const keysDiffer = keys.length === 0 || new Set(keys).size === copies.length;
  if (places.size !== copies.length || !keysDiffer)
    throw refused('copies-linkable', 'Each copy needs a status place, and a key, of its own.');
  return Promise.all(
    copies.map((copy) =>
      issue(name, parsed, { ...order, ...copy, coarseTime: true }, tools, ({ seen }) => seen === 'always'),
    ),
  );
}

function issue(
  name: PaperName,
  data: object,
  order: PaperOrder & { coarseTime?: boolean },
  tools: Tools,
  isInClear: (field: PaperField) => boolean,
): Promise<string> {
  const { fields, vct } = paperTypes[name];
  const clear = new Set((fields as readonly PaperField[]).filter(isInClear).map((field) => field.name));
  // Optional fields that are absent must not show by the number of digests.
  const absent = fields.length - Object.keys(data).length;
  const entries = Object.entries(data);
  return issueCredential(
    {
      ...order,
      type: vct,
      always: Object.fromEntries(entries.filter(([field]) => clear.has(field))),
      selective: Object.fromEntries(entries.filter(([field]) => !clear.has(field))),
      decoys: absent,
    },
    tools,
  );
}
