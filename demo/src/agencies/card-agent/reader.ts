import { sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Clock } from '@xinlu/common/clock';
import { cardPlans } from '../../country/cards.ts';
import { type CountryFiles, readJson, writePrivateJson } from '../../country/files.ts';
import { signCms } from '../../pki/cms.ts';
import { readPrivateKey } from '../../pki/open.ts';
import type { CardRecord } from '../../seed/cards.ts';

/** Return codes of the HiPKI component, as its published table has them. */
export const ReturnCode = {
  ok: 0,
  noContent: 0x76000003,
  noCard: 0x76000006,
  malformedJson: 0x7600000b,
  wrongParameter: 0x7600000c,
  unknownFunction: 0x7600000e,
  siteNotTrusted: 0x76000031,
  noPin: 0x76000998,
  loginFailed: 0x76100006,
} as const;

/** Reasons of PKCS#11 (CKR_PIN_INCORRECT, CKR_PIN_LOCKED) that stand behind `loginFailed`. */
export const LastError = { none: 0, pinIncorrect: 0xa0, pinLocked: 0xa4 } as const;

export const MAX_TRIES = 3;

export type SignatureRequest = {
  tbs: string;
  tbsEncoding: 'NONE' | 'base64';
  signatureType: 'PKCS1' | 'PKCS7';
  pin: string;
};

export type SignatureAnswer = {
  func: 'sign';
  ret_code: number;
  last_error: number;
  signature: string;
  certb64: string;
};

export type CardReader = {
  cards(): (CardRecord & { triesLeft: number })[];
  inserted(): string | undefined;
  /** Puts a card into the reader, or takes out whichever is in it. False when there is no such card. */
  insert(card: string | undefined): boolean;
  /** What the counter of the household office does for a locked card. */
  unlock(card: string): void;
  makeSignature(request: SignatureRequest): SignatureAnswer;
};

export const failure = (code: number, lastError: number = LastError.none): SignatureAnswer => ({
  func: 'sign',
  ret_code: code,
  last_error: lastError,
  signature: '',
  certb64: '',
});

/**
 * The soft cards and the one reader of the demo. Like a chip, a card takes a try off its counter before it looks at the
 * PIN, so that pulling the plug gives nobody a free guess. All operations are synchronous: one hand at the reader.
 */
export const openCardReader = (files: CountryFiles, clock: Clock): CardReader => {
  const known = (id: string): boolean => cardPlans.some((plan) => plan.id === id);

  const triesLeft = (id: string): number =>
    existsSync(files.card(id, 'tries.json'))
      ? readJson<{ left: number }>(files.card(id, 'tries.json')).left
      : MAX_TRIES;

  const setTries = (id: string, left: number): void =>
    writePrivateJson(files.card(id, 'tries.json'), { left });

  const inserted = (): string | undefined => {
    if (!existsSync(files.reader)) return undefined;
    const { card } = readJson<{ card: string | null }>(files.reader);
    return card !== null && known(card) ? card : undefined;
  };

  const tryPin = (id: string, pin: string): number => {
    const left = triesLeft(id);
    if (left === 0) return LastError.pinLocked;
    setTries(id, left - 1);
    if (readJson<CardRecord>(files.card(id, 'card.json')).pin !== pin)
      return left === 1 ? LastError.pinLocked : LastError.pinIncorrect;
    setTries(id, MAX_TRIES);
    return LastError.none;
  };

  const signWith = (id: string, content: Buffer, type: SignatureRequest['signatureType']): Buffer => {
    const key = readPrivateKey(files.card(id, 'key.pem'));
    if (type === 'PKCS1') return sign('sha256', content, key);
    const certificate = readFileSync(files.card(id, 'certificate.der'));
    return signCms({ content, key, certificate, at: clock.now() });
  };

  return {
    cards: () =>
      cardPlans.map(({ id }) => ({
        ...readJson<CardRecord>(files.card(id, 'card.json')),
        triesLeft: triesLeft(id),
      })),
    inserted,
    insert: (card) => {
      if (card !== undefined && !known(card)) return false;
      writePrivateJson(files.reader, { card: card ?? null });
      return true;
    },
    unlock: (card) => {
      if (known(card)) setTries(card, MAX_TRIES);
    },
    makeSignature: ({ tbs, tbsEncoding, signatureType, pin }) => {
      const id = inserted();
      if (id === undefined) return failure(ReturnCode.noCard);
      if (tbs === '') return failure(ReturnCode.noContent);
      if (pin === '') return failure(ReturnCode.noPin);
      const lastError = tryPin(id, pin);
      if (lastError !== LastError.none) return failure(ReturnCode.loginFailed, lastError);
      const content = Buffer.from(tbs, tbsEncoding === 'base64' ? 'base64' : 'utf8');
      return {
        func: 'sign',
        ret_code: ReturnCode.ok,
        last_error: LastError.none,
        signature: signWith(id, content, signatureType).toString('base64'),
        certb64: readFileSync(files.card(id, 'certificate.der')).toString('base64'),
      };
    },
  };
};
