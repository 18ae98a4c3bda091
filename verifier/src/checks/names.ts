import type { TrustedParticipant } from '../trust/trust-list.ts';

/** A participant's name for both languages of a sentence. */
export function nameValues({ name }: TrustedParticipant): Record<string, string> {
  return { 'name.zh': name.zh, 'name.en': name.en };
}
