import type { KeyValue } from '@xinlu/common/kv';
import type { ConsentStatement } from '@xinlu/common/wire';

/** Time to read, and to find the passkey or make one first. */
export const CONFIRMATION_SECONDS = 15 * 60;

/** A consent that waits for her signature, or has her answer. */
export type Confirmation = {
  /** 256 random bits: who holds it was sent here by the broker. */
  id: string;
  broker: string;
  /** Whose data it is about, and who is to sign: the same person unless she acts by a mandate. */
  principalId: string;
  actorId: string;
  statement: ConsentStatement;
  statementHash: string;
  returnTo: string;
  answer: { state: 'open' } | { state: 'refused' } | { state: 'signed'; confirmation: string };
};

/** Short-lived: when it is lost she is asked again. Of any number of parallel answers exactly one is written. */
export interface Confirmations {
  open(confirmation: Confirmation): Promise<void>;
  find(id: string): Promise<Confirmation | undefined>;
  /** False when it is gone or answered already. */
  answer(id: string, answer: Confirmation['answer']): Promise<boolean>;
}

export function createConfirmations(kv: KeyValue): Confirmations {
  const key = (id: string) => `confirmation:${id}`;
  const read = (text: string) => JSON.parse(text) as Confirmation;
  return {
    open: (confirmation) => kv.set(key(confirmation.id), JSON.stringify(confirmation), CONFIRMATION_SECONDS),
    async find(id) {
      const text = await kv.get(key(id));
      return text === undefined ? undefined : read(text);
    },
    async answer(id, answer) {
      const text = await kv.get(key(id));
      if (text === undefined || read(text).answer.state !== 'open') return false;
      const next = JSON.stringify({ ...read(text), answer });
      return kv.replace(key(id), text, next, CONFIRMATION_SECONDS);
    },
  };
}
