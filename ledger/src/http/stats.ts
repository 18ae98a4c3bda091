import { base64url } from '@xinlu/common/canonical';
import { retryable } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { Type } from 'typebox';
import type { Anchor } from '../domain/anchor-queue.ts';
import type { Standing } from '../domain/standing.ts';

const Count = Type.Integer({ minimum: 0 });
const AnchorOut = Type.Union([
  Type.Object({
    size: Count,
    root: Type.String(),
    state: Type.String(),
    transaction: Type.Union([Type.String(), Type.Null()]),
    blockNumber: Type.Union([Type.Integer(), Type.Null()]),
  }),
  Type.Null(),
]);
const Stats = Type.Object({
  log: Type.Object({
    size: Count,
    published: Count,
    pending: Count,
    lagSeconds: Type.Number(),
    fault: Type.Union([Type.String(), Type.Null()]),
  }),
  witnesses: Type.Union([
    Type.Object({
      quorum: Count,
      size: Count,
      each: Type.Array(Type.Object({ name: Type.String(), fault: Type.Union([Type.String(), Type.Null()]) })),
    }),
    Type.Null(),
  ]),
  anchor: Type.Object({
    counts: Type.Object({ queued: Count, sent: Count, included: Count, safe: Count, final: Count }),
    newest: AnchorOut,
    newestFinal: AnchorOut,
    fault: Type.Union([Type.String(), Type.Null()]),
    chainId: Type.Union([Count, Type.Null()]),
    contract: Type.Union([Type.String(), Type.Null()]),
  }),
});

function toWire(anchor: Anchor | null) {
  if (!anchor) return null;
  const { size, root, state, place } = anchor;
  return {
    size,
    root: base64url(root),
    state,
    transaction: place?.transaction ?? null,
    blockNumber: place?.blockNumber ?? null,
  };
}

/** Sizes, lag and anchor states, for the operators' console and for monitoring. */
export function registerStats(
  app: AppInstance,
  options: {
    standing: () => Promise<Standing>;
    contract: { chainId: number; contract: string } | undefined;
    trustList: () => string | undefined;
  },
): void {
  app.get(
    '/stats',
    { schema: { summary: 'Log and anchors in numbers', response: { 200: Stats } } },
    async () => {
      const { log, witnesses, anchor } = await options.standing();
      return {
        log,
        witnesses: witnesses && { ...witnesses, each: [...witnesses.each] },
        anchor: {
          ...anchor,
          newest: toWire(anchor.newest),
          newestFinal: toWire(anchor.newestFinal),
          chainId: options.contract?.chainId ?? null,
          contract: options.contract?.contract ?? null,
        },
      };
    },
  );

  app.get('/trust.json', { schema: { summary: 'The trust list for verifiers' } }, async (_request, reply) => {
    const text = options.trustList();
    if (text === undefined)
      throw retryable('register-unavailable', 'The participant register has not been seen yet.');
    return reply
      .type('application/json')
      .header('cache-control', 'no-cache')
      .header('access-control-allow-origin', '*')
      .send(text);
  });
}
