import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
  const pdf = join(place.data, 'deed.pdf');
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
    await saveDownload(page, page.getByRole('link', { name: '下載 PDF 權狀' }), pdf);
  });

  test('the PDF is valid too, for us and for any reader of PDF, and its text is the deed’s', async () => {
    const { code, out } = await xinlu(['verify', pdf], place);
    expect(code, out).toBe(0);
    expect(out).toContain('信路地政事務所的電子簽章');
    const poppler = (tool: string, ...args: string[]) =>
      spawnSync(tool, args, { encoding: 'utf8', cwd: place.data }).stdout;
    expect(poppler('pdfsig', pdf)).toContain('Signature is Valid');
    expect(poppler('pdftotext', pdf, '-').replace(/\s/g, '')).toContain('信路市中正區信義路二段86號3樓');
    const bytes = await readFile(pdf);
    const changed = join(place.data, 'changed.pdf');
    for (const at of [0.2, 0.9]) {
      const index = Math.floor(bytes.length * at);
      await writeFile(changed, bytes.with(index, (bytes[index] ?? 0) ^ 1));
      expect((await xinlu(['verify', changed], place)).code).toBe(1);
    }
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
    await page.locator('input[type="file"]').first().setInputFiles(pdf);
    await untilShown(page, 'main', /涵蓋整個檔案/);
    await look(page, '35-verifier-pdf');
    const { document: credential } = JSON.parse(await readFile(deed, 'utf8')) as { document: string };
    const fingerprint = createHash('sha256').update(credential).digest('base64url');
    await page.goto(`${place.urls.verifier}?print=1#p=land-office.${fingerprint}`);
    await page.getByRole('button', { name: '向機關取得並查驗' }).click();
    await untilShown(page, 'main', /這就是紙本上 QR Code 所指的文件/);
    await look(page, '35-verifier-print');
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
    await look(page, '37-clerk-role');
    await page.locator('#desk-registrar').click();
    await look(page, '37-clerk');
    await page
      .getByRole('link', { name: /查看與處理/ })
      .first()
      .click();
    await page.locator('#act').click();
    await page.getByText('請寫理由').first().waitFor();
    await page.getByLabel('註銷', { exact: true }).check();
    await page.getByLabel('理由').fill('法院囑託塗銷登記');
    await look(page, '38-clerk-paper');
    await page.locator('#act').click();
    await page.getByText('已註銷').first().waitFor();
    await page.goto(`${office}/clerk/issue/mortgage-certificate`);
    await look(page, '39-clerk-issue');
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
