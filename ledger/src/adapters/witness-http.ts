import { retryable } from '@xinlu/common/errors';
import { formatAddCheckpoint, type NoteKey, parseVerifierKey } from '@xinlu/verifier';
import type { Witness } from '../domain/witnessing.ts';

const requestMilliseconds = 5_000;
/** Far more than the lines of one witness need. */
const longestAnswer = 16_384;

/** A witness by the C2SP tlog-witness protocol. @param url its submission prefix, from the operator's configuration */
export function witnessOverHttp(key: NoteKey, url: string): Witness {
  return {
    key,
    async addCheckpoint(request) {
      const { status, text } = await ask(url, formatAddCheckpoint(request));
      if (status === 200) return { outcome: 'cosigned', lines: text };
      if (status === 409 && /^\d{1,15}\n$/.test(text)) return { outcome: 'holds', size: Number(text) };
      if ([403, 404, 422].includes(status)) return { outcome: 'refused', status };
      throw retryable('witness-away', `The witness answered ${status}.`);
    },
  };
}

async function ask(url: string, body: string): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(requestMilliseconds),
    });
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of answer.body ?? []) {
      length += part.length;
      if (length > longestAnswer) throw new Error('the answer is too long');
      parts.push(Buffer.from(part));
    }
    return { status: answer.status, text: Buffer.concat(parts).toString('utf8') };
  } catch (cause) {
    throw retryable('witness-away', 'The witness does not answer.', { cause });
  }
}

export type WitnessAddress = { readonly key: NoteKey; readonly url: string };

/** Reads the witness policy from its JSON; undefined if it is malformed or cannot be met. */
export function parseWitnessFile(text: string): { quorum: number; witnesses: WitnessAddress[] } | undefined {
  let value: { quorum?: unknown; witnesses?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { quorum, witnesses } = value ?? {};
  if (!Array.isArray(witnesses)) return undefined;
  const read: WitnessAddress[] = [];
  for (const entry of witnesses as ({ vkey?: unknown; url?: unknown } | null)[]) {
    const key = parseVerifierKey(entry?.vkey, 'cosignature');
    const url = String(entry?.url);
    if (!key || !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return undefined;
    read.push({ key, url: url.replace(/\/$/, '') });
  }
  // The signed text does not hold the name, so one key under two names would count as two witnesses.
  const distinct = new Set(read.map(({ key }) => Buffer.from(key.publicKey).toString('hex')));
  if (distinct.size !== read.length || !Number.isSafeInteger(quorum)) return undefined;
  if (Number(quorum) < 1 || Number(quorum) > read.length) return undefined;
  return { quorum: Number(quorum), witnesses: read };
}
