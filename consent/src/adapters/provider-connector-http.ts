import { refused, retryable } from '@xinlu/common/errors';
import type { signedFetch } from '@xinlu/common/http-signature';
import type { RegisterView } from '@xinlu/common/register';
import { parseConnectorResponse } from '@xinlu/common/wire';
import type { ProviderConnector } from '../domain/ports.ts';

const STABLE_CODE = /^[a-z0-9-]{1,60}$/;

/** Providers' connectors over signed HTTP; an answer counts only if the provider signed it for this very request. */
export function createProviderConnector(options: {
  register: () => RegisterView;
  send: ReturnType<typeof signedFetch>;
}): ProviderConnector {
  return {
    async release(provider, request) {
      if (provider.provider === undefined) {
        throw retryable('provider-gone', 'The provider is not in the register.');
      }
      const reply = await options.send(`${provider.provider.endpoint}/release`, {
        json: request,
        answerKeys: options.register().signingKeys(provider.id),
      });
      if (reply.status === 200) return parseConnectorResponse.parse(reply.json).data;
      const problem = reply.json as { code?: unknown; detail?: unknown } | undefined;
      const code =
        typeof problem?.code === 'string' && STABLE_CODE.test(problem.code)
          ? problem.code
          : 'provider-failed';
      const detail =
        typeof problem?.detail === 'string' ? problem.detail.slice(0, 300) : 'The provider refused.';
      throw reply.status < 500
        ? refused(code, detail, { status: 502 })
        : retryable('provider-failed', 'The provider could not answer.', { status: 502 });
    },
  };
}
