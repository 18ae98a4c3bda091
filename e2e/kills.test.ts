import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type Visitor, visitor } from './support/browser.ts';
import {
  answerEnrolment,
  type Card,
  cardOf,
  insertCard,
  signConsent,
  signInWithCard,
  signInWithPasskey,
} from './support/citizen.ts';
import { type Country, startCountry, xinlu } from './support/country.ts';
import { saveDownload, untilShown } from './support/page.ts';
import { agencyUrl } from './support/place.ts';

/** `kill -9` of the launcher and of each process, in the middle of the journey: nothing acknowledged is lost. */
describe('when everything is killed, one after the other', () => {
  let country: Country;
  let browser: Browser;
  let lin: Visitor;
  let page: Page;
  let card: Card;
  let school: string;

  beforeAll(async () => {
    country = await startCountry();
    browser = await launchBrowser();
    lin = await visitor(browser);
    page = lin.page;
    card = await cardOf(country, 'lin-yijun');
    school = agencyUrl(country, 'school');
  });
  afterAll(async () => {
    await browser.close();
    await country.dispose();
  });

  /** The pids of one of this country's processes, told by the data folder in its environment or arguments. */
  async function pidsOf(mark: string): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
      );
      if (command?.includes(mark) && `${command}${environment}`.includes(country.data))
        found.push(Number(name));
    }
    return found;
  }

  async function kill(mark: string): Promise<void> {
    const pids = await pidsOf(mark);
    expect(pids.length, `${mark} runs`).toBeGreaterThan(0);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // A helper process of the same program may be gone with its parent.
      }
    }
  }

  async function untilReady(): Promise<void> {
    const deadline = Date.now() + 60_000;
    const { portal, idp, consent, ledger, admin } = country.urls;
    while (Date.now() < deadline) {
      const states = await Promise.all(
        [portal, idp, consent, ledger, admin].map((url) =>
          fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).then(
            (answer) => answer.status,
            () => 0,
          ),
        ),
      );
      if (states.every((status) => status === 200)) return;
      await sleep(200);
    }
    throw new Error(`not ready again:\n${country.output()}`);
  }

  test('idp and demo die while she is signing in; her passkey is kept once it was acknowledged', async () => {
    await page.goto(school);
    await page.locator('#sign-in').click();
    await insertCard(country, lin, card);
    await page.locator('#use-card').waitFor();
    await kill('idp/src/main.ts');
    await untilReady();
    await signInWithCard(lin, card);
    await answerEnrolment(lin, 'create');
    await page.waitForURL(`${school}/**`);
    await kill('idp/src/main.ts');
    await kill('demo/src/main.ts');
    await sleep(500);
    await untilReady();
    await lin.context.clearCookies();
    await page.goto(`${school}/login`);
    await signInWithPasskey(lin, school);
  });

  test('consent dies on the consent screen; the consent she then gives survives its next death', async () => {
    await page.goto(`${school}/application`);
    await page.locator('input[name="student_name"]').fill('林子喆');
    await page.locator('input[name="student_number"]').fill('1120386');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('#get-my-data').click();
    await page.locator('#grant').waitFor();
    await kill('consent/src/main.ts');
    await sleep(300);
    await untilReady();
    await page.reload();
    await page.locator('#grant').click();
    await signConsent(lin);
    await page.locator('#decision-approved').waitFor();
    await kill('consent/src/main.ts');
    await kill('ledger/src/main.ts');
    await kill('admin/src/main.ts');
    await sleep(500);
    await untilReady();
    await page.locator('#ask-again').click();
    await page.locator('#decision-approved').waitFor();
    expect(await page.locator('#request-refused').count()).toBe(0);
  });

  test('PostgreSQL and the chain die; everything comes back with the next start', async () => {
    await kill('anvil');
    await kill('postgres');
    await sleep(1_000);
    await country.stop();
    await country.restart();
    await page.goto(`${country.urls.consent}/login`);
    if (page.url().startsWith(country.urls.idp)) await signInWithPasskey(lin, country.urls.consent);
    await page.getByRole('heading', { name: '我的同意', level: 1 }).waitFor();
    expect(await page.locator('main').innerText()).toContain('有效');
  });

  test('the launcher dies with all of its own; the next start finds every record, and the proofs reach the chain', async () => {
    await page.goto(`${country.urls.consent}/accesses`);
    const before = await page.locator('main tbody tr').count();
    expect(before).toBeGreaterThanOrEqual(4);
    await country.killLauncher();
    await country.restart();
    await page.goto(`${country.urls.consent}/login`);
    if (page.url().startsWith(country.urls.idp)) await signInWithPasskey(lin, country.urls.consent);
    await page.goto(`${country.urls.consent}/accesses`);
    expect(await page.locator('main tbody tr').count()).toBe(before);
    await untilEachIsFinal(page, before);
    const access = join(country.data, 'access.xinlu.json');
    await saveDownload(page, page.getByRole('link', { name: '下載證明' }).first(), access);
    const { code, out } = await xinlu(['verify', access, '--rpc', country.urls.chain], country);
    expect(code, out).toBe(0);
  });

  test('Ctrl-C ends with 0 and leaves no process and no run.json', async () => {
    expect(await country.stop()).toBe(0);
    for (const mark of ['/src/main.ts', 'postgres', 'anvil']) expect(await pidsOf(mark)).toEqual([]);
    await expect(readFile(join(country.data, 'run.json'))).rejects.toThrow('ENOENT');
  });
});

async function untilEachIsFinal(page: Page, count: number): Promise<void> {
  const deadline = Date.now() + 90_000;
  let final = 0;
  while (Date.now() < deadline) {
    final = await page.getByText('已上鏈確定').count();
    if (final >= count) return;
    await sleep(1_000);
    await page.reload();
  }
  await untilShown(page, 'main', /已上鏈確定/);
  throw new Error(`only ${final} of ${count} accesses reached the chain`);
}
