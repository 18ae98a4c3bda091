import { createHash } from 'node:crypto';
import { type PaperName, paperNames } from '@xinlu/verifier';
import { describe, expect, test } from 'vitest';
import { pdfOf } from './support/fixed-paper.ts';

/** SHA-256 of each PDF, as layout 1 makes it. */
const layout1: Record<PaperName, string> = {
  'land-title-deed': '54ccc8b3d1f18b38d662751042b1ae6891d2275eec2aada0dc7a1f63ec1e8a7e',
  'mortgage-certificate': '1fda16b1401c32cce7a76d315dce36c57736a4c62e2ff2d2b0844557b4463747',
  'building-certificate': 'fee7fb2f2076220d5ae7dbc3cdd826bd114a4bba7269764e952d5b3e01394cd6',
  'investment-permit': 'a0daf147da8a9ca8f92af68f1d2dcaab9d00f0c7cf19230fe53321de7d9101f9',
  'company-extract': 'e92834ddb844452ec167a0172a00d3ca4318ccd00b47fc076e78caaf76319acf',
  'subsidy-history': '50b453a2db2c3381c3d3183218e1980267602bc305540760171ffc5ba4a8a561',
  certificate: 'd623d447366e230bca6d3c827d5563a10eab950a24a46f80bca03241119663b1',
};

describe('when a paper is laid out', () => {
  test.each(paperNames)('then a %s comes out to the byte as it always did', async (name) => {
    // Papers that were printed by this layout are checked by making them again: another outcome refuses them all. A
    // change is a new layout with a number of its own, beside this one.
    expect(
      createHash('sha256')
        .update(await pdfOf(name))
        .digest('hex'),
    ).toBe(layout1[name]);
  });
});
