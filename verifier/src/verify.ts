import type { ChainView } from './chain/chain-view.ts';
import { type Check, check, claimedSigner, type Step, type Subject } from './checks/check.ts';
import { checkAnchor } from './checks/check-anchor.ts';
import { checkBlock } from './checks/check-block.ts';
import { checkChain } from './checks/check-chain.ts';
import { checkCheckpoint } from './checks/check-checkpoint.ts';
import { checkDisclosures } from './checks/check-disclosures.ts';
import { checkHolder, type HolderRequest } from './checks/check-holder.ts';
import { checkIssuer } from './checks/check-issuer.ts';
import { checkKey } from './checks/check-key.ts';
import { checkLog } from './checks/check-log.ts';
import { checkPrincipal } from './checks/check-principal.ts';
import { checkSignature } from './checks/check-signature.ts';
import { checkStatus } from './checks/check-status.ts';
import { checkTime } from './checks/check-time.ts';
import { checkTrust } from './checks/check-trust.ts';
import { checkWitnesses } from './checks/check-witnesses.ts';
import type { JsonObject } from './document/jws.ts';
import { fingerprintOf, type Kind } from './document/kinds.ts';
import { disclosedClaims } from './document/sd-jwt.ts';
import { parseFile, type UnverifiedFile } from './file/xinlu-file.ts';
import { readTrustList } from './trust/trust-list.ts';

/** The three answers: every check passed; some check failed; none failed but some could not be made. */
export type Verdict = 'valid' | 'not-valid' | 'cannot-tell';

export type Report = {
  readonly verdict: Verdict;
  readonly at: string;
  readonly checks: readonly Check[];
  readonly kind?: Kind;
  /** Whom the register names as the owner of the signing key. */
  readonly issuer?: { readonly id: string; readonly name: { readonly zh: string; readonly en: string } };
  /** What the QR code of its print names it by; see `fingerprintOf`. */
  readonly fingerprint?: string;
  /** The claims, for showing; only to be believed when the verdict is `valid`. */
  readonly claims?: JsonObject;
};

export type VerifyOptions = {
  /** Text of `trust.json`, from a source that the reader trusts. */
  readonly trust?: string | undefined;
  /** Text of a newer status list: a compact token, or a `*.xinlu.json` of kind status-list. */
  readonly status?: string | undefined;
  readonly at: Date;
  /** A live look at the chain; without it nothing leaves the machine. */
  readonly chain?: ChainView | undefined;
  /** Asks whoever shows the paper to prove that it is hers; without it, a proof in the file is nobody's answer. */
  readonly holder?: HolderRequest | undefined;
};

const steps: readonly Step[] = [
  checkTrust,
  checkSignature,
  checkKey,
  checkIssuer,
  checkDisclosures,
  checkHolder,
  checkPrincipal,
  checkTime,
  checkLog,
  checkCheckpoint,
  checkWitnesses,
  checkAnchor,
  checkBlock,
  checkChain,
  checkStatus,
];

/** Judges the text of a `*.xinlu.json` file. Never throws on bad input. */
export async function verifyFile(text: string, options: VerifyOptions): Promise<Report> {
  const at = options.at.toISOString();
  const file = parseFile(text);
  if (!file) return { verdict: 'not-valid', at, checks: [check('form', 'fail', 'form.altered')] };
  const subject: Subject = {
    file,
    trust: options.trust === undefined ? undefined : await readTrustList(options.trust),
    trustGiven: options.trust !== undefined,
    at: options.at,
    status: options.status,
    chain: options.chain,
    holder: options.holder,
  };
  const checks: Check[] = [check('form', 'pass', 'form.read')];
  for (const step of steps) {
    const made = await step(subject);
    if (made) checks.push(made);
  }
  const claims = await readClaims(file, checks);
  const owner = claimedSigner(subject, file.document.jwt.header)?.participant;
  return {
    verdict: verdictOf(checks),
    at,
    checks,
    kind: file.document.kind,
    fingerprint: fingerprintOf(file.document),
    ...(owner && { issuer: { id: owner.id, name: owner.name } }),
    ...(claims && { claims }),
  };
}

/** One failed check decides; else one that could not be made. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ result }) => result === 'fail')) return 'not-valid';
  return checks.every(({ result }) => result === 'pass') ? 'valid' : 'cannot-tell';
}

async function readClaims(
  { document }: UnverifiedFile,
  checks: readonly Check[],
): Promise<JsonObject | undefined> {
  if (checks.some(({ name, result }) => name === 'disclosures' && result !== 'pass')) return undefined;
  if (document.kind !== 'credential') return document.jwt.payload;
  // Claims are for showing; where they cannot be put together the checks above have said why.
  return disclosedClaims(document.compact).catch(() => undefined);
}
