import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import { parser, ReleaseRequest } from '@xinlu/common/wire';
import type { Ordered } from '../context.ts';

const parseReleaseRequest = parser(ReleaseRequest, 'request-malformed', "The relying party's request");

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused('request-malformed', "The relying party's request is not JSON.", { cause });
  }
}

/** The order serves this very request: same signature, same body, same consent, a dataset that was asked for. */
export function bindOrderToRequest({ request, order }: Ordered): void {
  const { headers, body } = request.request;
  if (
    sha256Base64url(headers['signature'] ?? '') !== order.request_signature_hash ||
    sha256Base64url(body) !== order.request_body_hash
  ) {
    throw refused('order-for-another-request', 'The order was made for another request.');
  }
  const asked = parseReleaseRequest.parse(json(body));
  if (asked.consent_id !== order.consent_id) {
    throw refused('order-for-another-consent', 'The order names another consent than the request.');
  }
  const { sealed: _, ...open } = asked.verification ?? { sealed: '' };
  const verification = asked.verification === undefined ? undefined : open;
  if (canonicalJson(verification ?? null) !== canonicalJson(order.verification ?? null)) {
    throw refused('order-for-another-verification', 'The order names another verification than the request.');
  }
  if (asked.stream === true && (asked.verification !== undefined || asked.datasets?.length !== 1)) {
    throw refused('stream-malformed', 'A stream is of the data of exactly one dataset.');
  }
  if (asked.datasets !== undefined && !asked.datasets.includes(order.dataset)) {
    throw refused('dataset-not-asked', 'The relying party did not ask for this dataset.');
  }
}
