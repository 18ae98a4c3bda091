import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import { cardLogin, cardOf, expectNoComplaints } from './support/citizen.ts';
import { untilShown } from './support/page.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

type OperatorRecord = { citizen: string; name: string; enrolmentCode: string };

/** Two operators admit a new relying party; one alone cannot. */
describe('two operators', () => {
  const place = sharedPlace();
  const library = agencyUrl(place, 'library');
  const console_ = place.urls.admin;
  let browser: Browser;
  let wang: Visitor;
  let li: Visitor;
  let stranger: Visitor;
  let codes: OperatorRecord[];

  beforeAll(async () => {
    browser = await launchBrowser();
    [wang, li, stranger] = await Promise.all([visitor(browser), visitor(browser), visitor(browser)]);
    codes = JSON.parse(
      await readFile(join(place.data, 'country', 'operators.json'), 'utf8'),
    ) as OperatorRecord[];
  });
  afterAll(() => browser.close());

  const codeOf = (citizen: string) => codes.find((record) => record.citizen === citizen)?.enrolmentCode ?? '';

  async function enter(operator: Visitor, citizen: string): Promise<void> {
    await operator.page.goto(console_);
    await operator.page.getByRole('link', { name: '以數位身分登入' }).click();
    await cardLogin(place, operator, await cardOf(place, citizen));
  }

  async function enrol(operator: Visitor, code: string): Promise<void> {
    await operator.page.getByLabel('一次性開通碼').fill(code);
    await operator.page.getByRole('button', { name: '開通營運人員身分' }).click();
  }

  test('before, the library cannot log anybody in', async () => {
    await stranger.page.goto(library);
    await look(stranger.page, '41-library-not-admitted');
    await stranger.page.locator('#sign-in').click();
    await untilShown(stranger.page, 'body', /不在參與機關名單內/);
    await look(stranger.page, '42-library-refused');
  });

  test('a citizen who is no operator is told so and gets no further with a guessed code', async () => {
    await stranger.page.goto(console_);
    await look(stranger.page, '43-console-login');
    await enter(stranger, 'lin-yijun');
    await stranger.page.getByText('您不是登記處的營運人員').first().waitFor();
    await enrol(stranger, 'ABCDE-FGHJK-MNPQR-STUVW');
    await stranger.page.getByText('開通碼不正確').first().waitFor();
    await look(stranger.page, '44-console-stranger');
  });

  test('each operator enrols once with her own code', async () => {
    await enter(wang, 'wang-shufen');
    await enrol(wang, codeOf('wang-shufen'));
    await wang.page.getByRole('heading', { name: '總覽' }).waitFor();
    await enter(li, 'li-jianhong');
    await enrol(li, codeOf('wang-shufen'));
    await li.page.getByText('開通碼不正確').first().waitFor();
    await enrol(li, codeOf('li-jianhong'));
    await li.page.getByRole('heading', { name: '總覽' }).waitFor();
  });

  test('the overview shows consents and accesses by number, log and anchor state', async () => {
    await untilShown(wang.page, 'main', /公開存證簿[\s\S]*錨定/);
    await untilShown(wang.page, 'main', /已上鏈確定/, { seconds: 60 });
    await look(wang.page, '45-console-overview');
    expect(await wang.page.locator('main').innerText()).not.toMatch(/林怡君|陳志明|\b[A-Z][12]\d{8}\b/);
  });

  test('one proposes the library', async () => {
    const { page } = wang;
    await page.goto(`${console_}/#/participants`);
    await page.getByText('信路高級中學').first().waitFor();
    await look(page, '46-console-participants');
    await page.getByText('提案新增機關').first().click();
    await page.locator('#application-text').fill(await (await fetch(`${library}/registration.json`)).text());
    await page.getByRole('button', { name: '讀入' }).first().click();
    await look(page, '47-console-propose');
    await page.locator('#reason').fill('市立圖書館來文申請，公開金鑰已當面核對。');
    await page.getByRole('button', { name: '送出提案' }).click();
    await page.getByText('這是您的提案，須由另一位營運人員決定。').waitFor();
    await look(page, '48-console-own-proposal');
  });

  test('she alone cannot approve, not even past the page', async () => {
    const { page } = wang;
    expect(await page.getByRole('button', { name: '核准' }).count()).toBe(0);
    const id = /proposals\/([^/]+)/.exec(page.url())?.[1] ?? '';
    const status = await page.evaluate<number>(`(async () => {
      const session = await (await fetch('/api/session')).json();
      const proposal = await (await fetch('/api/proposals/${id}')).json();
      const answer = await fetch('/api/proposals/${id}/approval', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken },
        body: JSON.stringify({ contentHash: proposal.contentHash }),
      });
      return answer.status;
    })()`);
    expect(status).toBe(403);
    await stranger.page.goto(`${library}/login`);
    await untilShown(stranger.page, 'body', /不在參與機關名單內/);
  });

  test('the other approves, and a minute later the library logs citizens in', async () => {
    const { page } = li;
    await page.goto(`${console_}/#/proposals`);
    await page
      .getByText(/市立圖書館/)
      .first()
      .click();
    await page.getByRole('button', { name: '核准' }).waitFor();
    await look(page, '49-console-proposal');
    await page.getByRole('button', { name: '核准' }).click();
    await page.getByRole('button', { name: '確定核准' }).click();
    await page.getByText('已核准').first().waitFor();
    await untilAdmitted(library);
    await stranger.page.goto(library);
    await look(stranger.page, '50-library-admitted');
    await untilSignedIn(stranger, library);
    await look(stranger.page, '51-library-card');
  });

  test('the audit tells who did what, and its chain of hashes holds', async () => {
    const { page } = wang;
    await page.goto(`${console_}/#/audit`);
    await page.getByText('核准').first().waitFor();
    await page.getByRole('button', { name: '檢查雜湊鏈' }).click();
    await page.getByText(/列全部相符/).waitFor();
    await look(page, '52-console-audit');
    await page.goto(`${console_}/#/versions`);
    await page.getByText('第 2 版').first().waitFor();
    await look(page, '53-console-versions');
  });

  test('no page broke its policy or asked a stranger', () => {
    for (const person of [wang, li, stranger]) expectNoComplaints(person);
  });
});

/** Library and identity provider each learn of the new version by their own poll; a minute is the promise for both. */
async function untilSignedIn({ page }: Visitor, library: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    await page.goto(`${library}/login`);
    const card = page.getByText(/林怡君，您的借閱證/).first();
    const refusal = page.getByText('本站目前不在參與機關名單內').first();
    await card.or(refusal).first().waitFor();
    if (await card.isVisible()) return;
    await page.waitForTimeout(1_000);
  }
  throw new Error('nobody could log in at the library within a minute');
}

/** The register is polled every few seconds; a minute is the promise. */
async function untilAdmitted(library: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if ((await (await fetch(library)).text()).includes('id="admitted"')) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the library was not admitted within a minute');
}
