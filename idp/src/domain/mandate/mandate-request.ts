import { MANDATE_DETAIL_TYPE, type MandateRequest, parseMandateRequest } from '@xinlu/common/wire';

/** The request for a mandate in an authorization request's parameters, whose form was checked when it came; undefined without one. */
export function mandateRequestOf(
  params: Readonly<Record<string, unknown>> | undefined,
): MandateRequest | undefined {
  const text = params?.['authorization_details'];
  if (typeof text !== 'string') return undefined;
  const details = JSON.parse(text) as { type?: unknown }[];
  const found = details.find(({ type }) => type === MANDATE_DETAIL_TYPE);
  return found === undefined ? undefined : parseMandateRequest.parse(found);
}
