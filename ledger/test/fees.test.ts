import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highestFees, nextFees } from '../src/domain/fees.ts';

const gwei = 1_000_000_000n;
const cap = { maxFee: 300n * gwei, maxTip: 30n * gwei };
const fee = fc.bigInt({ min: 0n, max: 400n * gwei });
const offer = fc.record({ maxFee: fee, maxTip: fee });

describe('when an anchor is to be paid for', () => {
  test('then the market’s price is offered, or enough to replace what hangs', () => {
    const market = { maxFee: 40n * gwei, maxTip: 2n * gwei };
    expect(nextFees(market, undefined, cap)).toEqual(market);
    const again = nextFees(market, { maxFee: 80n * gwei, maxTip: gwei }, cap);
    expect(again).toEqual({ maxFee: 90n * gwei + 1n, maxTip: 2n * gwei });
    expect(highestFees([null, { maxFee: 3n, maxTip: 1n }, { maxFee: 2n, maxTip: 2n }])).toEqual({
      maxFee: 3n,
      maxTip: 2n,
    });
    expect(highestFees([null])).toBeUndefined();
  });

  test('then never more than the cap, never a tip above the whole, and a tenth more wherever the cap allows', () => {
    fc.assert(
      fc.property(offer, offer, (market, hanging) => {
        const fees = nextFees(market, hanging, cap);
        expect(fees.maxFee <= cap.maxFee && fees.maxTip <= cap.maxTip && fees.maxTip <= fees.maxFee).toBe(
          true,
        );
        if (fees.maxFee < cap.maxFee) expect(fees.maxFee * 10n).toBeGreaterThanOrEqual(hanging.maxFee * 11n);
      }),
    );
  });
});
