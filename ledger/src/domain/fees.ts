/** What a transaction offers (EIP-1559), in wei per gas. */
export type Fees = {
  /** At most this in all. */
  readonly maxFee: bigint;
  /** Of that, at most this to the block's maker. */
  readonly maxTip: bigint;
};

/** Nodes take a replacement only if both of its fees are at least a tenth higher; an eighth leaves room for rounding. */
const replacementRaise = (fee: bigint) => fee + fee / 8n + 1n;

/**
 * What to offer next: the market's price, or as much as a node asks to replace what was offered before.
 *
 * @param hanging the highest offers among transactions that may still hang in the pool; undefined if none
 * @param cap never more than this; at the cap nothing is outbid any more, and the node says whether it still takes it
 */
export function nextFees(market: Fees, hanging: Fees | undefined, cap: Fees): Fees {
  const wanted = hanging
    ? {
        maxFee: larger(market.maxFee, replacementRaise(hanging.maxFee)),
        maxTip: larger(market.maxTip, replacementRaise(hanging.maxTip)),
      }
    : market;
  const maxFee = smaller(wanted.maxFee, cap.maxFee);
  return { maxFee, maxTip: smaller(smaller(wanted.maxTip, cap.maxTip), maxFee) };
}

/** The highest of several offers, fee and tip apart. */
export function highestFees(offers: readonly (Fees | null)[]): Fees | undefined {
  return offers.reduce<Fees | undefined>((highest, offer) => {
    if (!offer || !highest) return offer ?? highest;
    return {
      maxFee: larger(offer.maxFee, highest.maxFee),
      maxTip: larger(offer.maxTip, highest.maxTip),
    };
  }, undefined);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
