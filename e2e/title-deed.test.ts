import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import { cardLogin, cardOf, expectNoComplaints } from './support/citizen.ts';
import { xinlu } from './support/country.ts';
import { saveDownload, untilShown } from './support/page.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

/** One paper: a title deed 數位權狀 that anyone can check and nobody can forge. */
describe('the title deed', () => {
  const place = sharedPlace();
  const office = agencyUrl(place, 'land-office');
  const deed = join(place.data, 'deed.xinlu.json');
  const trust = join(place.data, 'trust.json');
  let browser: Browser;
  let lin: Visitor;
  let page: Page;

  async function keepStatusList(name: string): Promise<string> {
    const path = join(place.data, name);
    await writeFile(path, await (await fetch(`${office}/status-lists/1`)).text());
    return path;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
    lin = await visitor(browser);
    page = lin.page;
  });
  afterAll(() => browser.close());

  test('she claims her property and is issued the deed', async () => {
    await page.goto(office);
    await look(page, '31-land-office');
    await page.locator('#sign-in').click();
    await cardLogin(place, lin, await cardOf(place, 'lin-yijun'));
    await page.waitForURL(`${office}/deeds`);
    await page.locator('input[name="number"]').fill('112信大字第018830號');
    await page.locator('#claim').click();
    await page.getByText('查無此字號').first().waitFor();
    await page.locator('input[name="number"]').fill('115信中字第004217號');
    await page.locator('#claim').click();
    await page.locator('#issue').click();
    await look(page, '32-deed-waiting');
    await untilShown(page, 'main', /存證完成/, { reload: true, seconds: 60 });
    await look(page, '33-deed-final');
    await saveDownload(page, page.getByRole('link', { name: '下載 deed.xinlu.json' }), deed);
  });

  test('it is valid offline; the answer says each check', async () => {
    const { code, out } = await xinlu(['verify', deed], place);
    expect(out).toContain('有效');
    expect(code).toBe(0);
    const json = await xinlu(['verify', deed, '--json'], place);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'valid' });
  });

  test('with one byte changed anywhere it is not valid', async () => {
    const text = await readFile(deed, 'utf8');
    const { document: credential } = JSON.parse(text) as { document: string };
    const changed = join(place.data, 'changed.xinlu.json');
    for (const at of [0.1, 0.5, 0.9]) {
      const index = text.indexOf(credential) + Math.floor(credential.length * at);
      const byte = text[index] === 'A' ? 'B' : 'A';
      await writeFile(changed, text.slice(0, index) + byte + text.slice(index + 1));
      const { code, out } = await xinlu(['verify', changed], place);
      expect(code, `byte ${index}: ${out}`).toBe(1);
    }
  });

  test('from an issuer that the trust list does not know it is not valid; without a list nobody can tell', async () => {
    const stranger = join(place.data, 'stranger-trust.json');
    const list = JSON.parse(await readFile(trust, 'utf8')) as { snapshot: string };
    await writeFile(
      stranger,
      JSON.stringify({ ...list, ...(await registerWithout(list.snapshot, 'land-office')) }),
    );
    expect((await xinlu(['verify', deed, '--trust', stranger], place)).code).toBe(1);
    const nowhere = join(place.data, 'nowhere');
    await mkdir(nowhere);
    expect((await xinlu(['verify', deed], { data: nowhere })).code).toBe(2);
  });

  test('the page in the browser says the same, and keeps the file to itself', async () => {
    await page.goto(place.urls.verifier);
    await look(page, '34-verifier');
    await page.locator('input[type="file"]').first().setInputFiles(deed);
    await untilShown(page, 'main', /有效/);
    await look(page, '35-verifier-valid');
    await page.locator('input[type="file"]').first().setInputFiles(join(place.data, 'changed.xinlu.json'));
    await untilShown(page, 'main', /無效/);
    await look(page, '36-verifier-invalid');
  });

  test('with a fresh status list it is valid, with one past its ttl nobody can tell', async () => {
    const list = await keepStatusList('status-before.jwt');
    expect((await xinlu(['verify', deed, '--status', list], place)).code).toBe(0);
    const later = new Date(Date.now() + 400 * 86_400_000).toISOString();
    const { code, out } = await xinlu(['verify', deed, '--status', list, '--at', later], place);
    expect(code, out).toBe(2);
  });

  test('once revoked it is not valid with the new status list', async () => {
    await page.goto(`${office}/clerk`);
    await look(page, '37-clerk');
    await page.getByRole('button', { name: /註銷/ }).first().click();
    await page.getByText('已註銷').first().waitFor();
    const list = await keepStatusList('status-after.jwt');
    const { code, out } = await xinlu(['verify', deed, '--status', list], place);
    expect(code, out).toBe(1);
    expect(out).toContain('註銷');
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(lin));
});

/** The same register as signed by somebody who left one issuer out: its own key, its own signature. */
async function registerWithout(
  snapshot: string,
  issuer: string,
): Promise<{ register: unknown; snapshot: string }> {
  const { generateKeys, keyRing, signJwt } = await import('@xinlu/common/keys');
  const keys = keyRing(await generateKeys());
  const claims = JSON.parse(Buffer.from(snapshot.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
    participants: { id: string }[];
  };
  const participants = claims.participants.filter(({ id }) => id !== issuer);
  return {
    register: { keys: keys.publicJwks.keys },
    snapshot: await signJwt(keys, 'xinlu-register+jwt', { ...claims, participants }),
  };
}
