import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { fatal, refused } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import { type GrantedDetail, RECEIPT_JWT_TYPE } from '@xinlu/common/wire';
import { type Consent, endedError, grantedDetails, isStanding, purposeChanged, stands } from './consent.ts';
import type { Domain } from './deps.ts';
import { endWhatHangsOn } from './end-what-hangs-on.ts';
import type { Change, SignedDocument } from './ports.ts';
import { type ReceiptEvent, receiptClaims } from './receipt.ts';
import { type Signed, verifySignature } from './sign-consent.ts';
import { mustBeSigned } from './statement.ts';

/** A consent for one use waits a day at most to be used. */
const ONCE_MILLISECONDS = 86_400_000;

/** Signs the receipt of an event of this consent. */
export async function signReceipt(
  domain: Domain,
  consent: Consent,
  event: ReceiptEvent,
  at: Date,
  lang: Lang,
  signed?: Signed,
): Promise<SignedDocument> {
  const view = domain.register();
  const client = view.participant(consent.clientId);
  if (client === undefined) throw fatal('client-gone', 'The relying party is no longer in the register.');
  const id = domain.ids.uuid();
  const claims = receiptClaims({
    id,
    issuer: domain.participantId,
    event,
    at,
    lang,
    consent,
    client,
    catalogue: domain.catalogue,
    noticeUrl: domain.noticeUrl,
    participant: (participant) => view.participant(participant),
    signed,
  });
  return { id, jwt: await domain.sign(RECEIPT_JWT_TYPE, claims) };
}

function undecided(consent: Consent): void {
  if (consent.state !== 'requested') {
    throw refused('consent-decided', 'You have already answered this request.', { status: 409 });
  }
}

export type Grant = { consent: Consent; grantId: string };

/**
 * Ends the envelope grant of an attempt that came to nothing. Gives the consent if it stands on this very grant after all:
 * what failed may have been only the answer to the commit.
 */
async function settleAttempt(
  domain: Domain,
  consentId: string,
  envelopeGrantId: string,
): Promise<Consent | undefined> {
  try {
    const consent = await domain.consents.findSettled(consentId);
    if (consent?.envelopeGrantId === envelopeGrantId) return consent;
    await domain.identity.endEnvelopes(envelopeGrantId);
  } catch (failure) {
    // Kept while nobody can say whether the consent stands on it; otherwise nobody knows its id any more.
    domain.log.warn({ err: failure, consentId }, 'envelope-grant-left-to-expire');
  }
  return undefined;
}

/** The grant of an earlier consent goes over to this one; the earlier one ends with a receipt that says so. */
async function takeOver(
  domain: Domain,
  asked: Consent,
  ended: string,
  granted: GrantedDetail[],
  begin: (grantId: string) => Change,
): Promise<Grant> {
  const before = await domain.consents.find(ended);
  const same = before?.account === asked.account && before.clientId === asked.clientId;
  if (before?.grantId == null || !same || !stands(before)) {
    throw refused('grant-ended', 'The consent that this one would replace has ended.', { status: 409 });
  }
  const { grantId } = before;
  const next = begin(grantId);
  await domain.grants.rewrite(grantId, granted, next.set?.expiresAt ?? before.expiresAt);
  const consent = await domain.consents.replace({ ended, begun: asked.id }, async (consents, now) => ({
    end: {
      event: 'replaced',
      document: await signReceipt(domain, consents.ended, 'replaced', now, next.set?.lang ?? 'zh-TW'),
      set: { grantId: null },
    },
    begin: next,
  }));
  await endWhatHangsOn(domain, { grantId: null, envelopeGrantId: before.envelopeGrantId }).catch(
    (error: unknown) => domain.log.warn({ err: error, consentId: ended }, 'replacement-clean-up-left-to-job'),
  );
  return { consent, grantId };
}

/**
 * She agrees. The receipt is signed first, so that its hash can bind the identity provider's grant of envelopes; only then
 * is the consent recorded, and it is in force from that commit on. Each attempt has a receipt and an envelope grant of its
 * own, so that one that failed does not stand in the way of the next.
 */
export async function grantConsent(
  domain: Domain,
  asked: Consent,
  decision: {
    chosen: ReadonlyMap<string, ReadonlySet<string>>;
    accessToken: string;
    lang: Lang;
    /** Her passkey's signature, which sensitive data need. */
    signature?: { salt: string; confirmation: string };
  },
): Promise<Grant> {
  undecided(asked);
  if (purposeChanged(asked, domain.catalogue)) throw endedError('purpose-changed');
  const now = domain.clock.now();
  const until = asked.requested[0]?.until;
  const granted = grantedDetails(asked, decision.chosen);
  const expiresAt =
    isStanding(asked) && until !== undefined ? new Date(until) : new Date(now.getTime() + ONCE_MILLISECONDS);
  const { lang, signature } = decision;
  if (signature === undefined && mustBeSigned(granted, domain.catalogue)) {
    throw refused('signature-needed', 'Sensitive data need your signature.', { status: 403 });
  }
  const signed = signature && (await verifySignature(domain, asked, granted, { lang, ...signature }));
  const decided = { ...asked, granted, expiresAt, decidedAt: now };
  const document = await signReceipt(domain, decided, 'granted', now, lang, signed);
  const consentHash = sha256Base64url(document.jwt);
  const statementHash = signed === undefined ? null : sha256Base64url(canonicalJson(signed.statement));
  const envelopeGrantId = await domain.identity.grantEnvelopes({
    accessToken: decision.accessToken,
    receiptId: document.id,
    consentHash,
    providers: [...new Set(granted.map((detail) => detail.provider))],
    expiresAt,
  });
  const begin = (grantId: string): Change => ({
    event: 'granted',
    document,
    set: { granted, grantId, envelopeGrantId, consentHash, statementHash, expiresAt, lang },
  });
  try {
    if (asked.replaces !== null) return await takeOver(domain, asked, asked.replaces, granted, begin);
    const grantId = await domain.grants.create({
      account: asked.account,
      clientId: asked.clientId,
      details: granted,
      expiresAt,
    });
    const consent = await domain.consents.change(asked.id, async () => begin(grantId));
    return { consent, grantId };
  } catch (error) {
    const consent = await settleAttempt(domain, asked.id, envelopeGrantId);
    if (consent?.grantId != null) return { consent, grantId: consent.grantId };
    throw error;
  }
}

/** She says no. She gets a receipt for that too. */
export async function refuseConsent(domain: Domain, asked: Consent, lang: Lang): Promise<Consent> {
  undecided(asked);
  return domain.consents.change(asked.id, async (consent, now) => ({
    event: 'refused',
    document: await signReceipt(domain, { ...consent, decidedAt: now }, 'refused', now, lang),
  }));
}
