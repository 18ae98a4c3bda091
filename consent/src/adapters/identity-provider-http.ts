import { refused, retryable } from '@xinlu/common/errors';
import type { SignedReply, signedFetch } from '@xinlu/common/http-signature';
import {
  parseConfirmationOpened,
  parseConfirmationOutcome,
  parseEndedEnvelopeGrants,
  parseEnvelopeGrantResponse,
  parseEnvelopeResponse,
} from '@xinlu/common/wire';
import type { IdentityProvider } from '../domain/ports.ts';

function expectStatus(reply: SignedReply, ...expected: number[]): void {
  if (expected.includes(reply.status)) return;
  const problem = reply.json as { code?: unknown } | undefined;
  if (problem?.code === 'mandate-ended') {
    throw refused('mandate-ended', 'The mandate under which this consent was given has ended.', {
      status: 403,
    });
  }
  throw retryable('identity-provider-refused', 'The identity provider did not do what was asked of it.', {
    status: 502,
    cause: new Error(`the identity provider answered ${reply.status} ${String(problem?.code)}`),
  });
}

/** What the identity provider does for brokers, over signed HTTP. */
export function createIdentityProvider(options: {
  issuer: string;
  send: ReturnType<typeof signedFetch>;
}): IdentityProvider {
  const { issuer, send } = options;
  return {
    async grantEnvelopes({ accessToken, receiptId, consentHash, providers, expiresAt }) {
      const reply = await send(`${issuer}/envelope-grants`, {
        json: {
          access_token: accessToken,
          // One grant per consent_id: that of the receipt, since a consent may need several attempts.
          consent_id: receiptId,
          consent_hash: consentHash,
          providers,
          expires_at: expiresAt.toISOString(),
        },
      });
      expectStatus(reply, 201);
      return parseEnvelopeGrantResponse.parse(reply.json).grant_id;
    },
    async envelope({ grantId, provider, orderHash }) {
      const reply = await send(`${issuer}/envelopes`, {
        json: { grant_id: grantId, provider, order_hash: orderHash },
      });
      expectStatus(reply, 200, 201);
      return parseEnvelopeResponse.parse(reply.json).envelope;
    },
    async endEnvelopes(grantId) {
      const reply = await send(`${issuer}/envelope-grants/${encodeURIComponent(grantId)}`, {
        method: 'DELETE',
      });
      expectStatus(reply, 204, 404);
    },
    async envelopesOfEndedMandates() {
      const reply = await send(`${issuer}/envelope-grants/of-ended-mandates`, { method: 'GET' });
      expectStatus(reply, 200);
      return parseEndedEnvelopeGrants.parse(reply.json).grant_ids;
    },
    async askConfirmation({ accessToken, statement, returnTo }) {
      const reply = await send(`${issuer}/confirmations`, {
        json: { access_token: accessToken, statement, return_to: returnTo },
      });
      expectStatus(reply, 201);
      return parseConfirmationOpened.parse(reply.json);
    },
    async confirmation(id) {
      const reply = await send(`${issuer}/confirmations/${encodeURIComponent(id)}`, { method: 'GET' });
      expectStatus(reply, 200, 404);
      if (reply.status === 404) return undefined;
      const { state, confirmation } = parseConfirmationOutcome.parse(reply.json);
      if (state === 'refused') return state;
      return state === 'signed' && confirmation !== undefined ? { confirmation } : undefined;
    },
  };
}
