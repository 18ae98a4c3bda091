import { refused } from '@xinlu/common/errors';
import { MANDATE_DETAIL_TYPE, type MandateDetail, parseMandateDetail } from '@xinlu/common/wire';
import type { Acting } from '../domain/consent.ts';
import type { Domain } from '../domain/deps.ts';

type Claims = Readonly<Record<string, unknown>>;

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Claims)[name] : undefined;
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Who acts for the person that a token speaks of (RFC 8693 section 4.1). */
export const actorOf = (claims: unknown): string | undefined => text(member(member(claims, 'act'), 'sub'));

/** Who the person at the relying party is, as its id_token says it: herself, or somebody for her. */
export type AtParty = { clientId: string; subject: string; actor?: string };

/**
 * The mandate that the broker asks the identity provider for, where somebody acts for another at the relying party: the
 * action is the purpose. Undefined where the register does not open this purpose to mandates.
 */
export function mandateWish(domain: Domain, purpose: string): object[] | undefined {
  const delegation = domain.register().activeParticipant(domain.participantId)?.relyingParty?.delegation;
  if (delegation?.actions.some(({ code }) => code === purpose) !== true) return undefined;
  return [{ type: MANDATE_DETAIL_TYPE, kinds: delegation.kinds, actions: [purpose] }];
}

/** Whether the one who has signed in here is the one at the relying party, and acts for the same person if for any. */
export function isSamePerson(at: AtParty, claims: Claims): boolean {
  const here = claims['subject_at'];
  return (
    member(here, 'client_id') === at.clientId &&
    member(here, 'sub') === at.subject &&
    actorOf(here) === at.actor &&
    (actorOf(claims) === undefined) === (at.actor === undefined)
  );
}

function mandateIn(claims: Claims): MandateDetail | undefined {
  const details: unknown[] = Array.isArray(claims['authorization_details'])
    ? claims['authorization_details']
    : [];
  return details.find((detail) => parseMandateDetail.check(detail));
}

/**
 * By which mandate somebody is here for another; undefined for a person herself. Refusal: `mandate-insufficient` when it does
 * not cover this purpose.
 */
export function actingIn(at: AtParty, purpose: string, claims: Claims): Acting | undefined {
  const account = actorOf(claims);
  if (account === undefined && at.actor === undefined) return undefined;
  const mandate = mandateIn(claims);
  if (account === undefined || at.actor === undefined || mandate?.actions.includes(purpose) !== true) {
    throw refused('mandate-insufficient', 'The mandate does not cover this consent.', { status: 403 });
  }
  return { account, subject: at.actor, kind: mandate.kind, mandate: mandate.identifier };
}
