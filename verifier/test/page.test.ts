import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { launchBrowser, photograph, sidewaysAt, violationsOf, WCAG } from '@xinlu/common/testing/browser';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import encodeQR from 'qr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealedPdf } from './support/pdf.ts';
import { newWorld, seconds, statusListOf, titleDeedOf, type World } from './support/world.ts';

const room = join(import.meta.dirname, '..');
const folder = join(room, 'dist/page');
const screenshots = join(room, 'screenshots');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

let world: World;
let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let address: string;
/** What the issuer gives, by path. */
const papers = new Map<string, string>();
const faults: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(room, 'scripts/build-page.ts')], { encoding: 'utf8' });
  expect([built.status, built.stderr]).toEqual([0, '']);
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html');
    response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    try {
      const given = path === '/trust.json' ? world.trustText : papers.get(path);
      response.end(given ?? readFileSync(join(folder, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  world = await newWorld({ 'land-office': () => ({ homepage: address }) });
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(address);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const fresh = new Date();
const today = { iat: seconds(fresh) - 60, exp: seconds(fresh) + 3600 };

async function paper(status?: number) {
  const deed = await titleDeedOf(world.landOffice, {
    ...today,
    deed_number: '115信地字第000123號',
    registry: '信路地政事務所',
    property: 'building',
  });
  const list = status === undefined ? undefined : await statusListOf(world.landOffice, status, today);
  return world.file('credential', deed, 'land-office', { status: list });
}

async function choose(name: string, text: string): Promise<void> {
  await page
    .locator('#files')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

const verdict = () => page.locator('#verdict').getAttribute('data-verdict');

/** A picture at both widths; nothing may stick out, and axe may find no fault (WCAG 2.2 AA). */
async function picture(name: string): Promise<void> {
  expect([name, await violationsOf(page, WCAG)]).toEqual([name, []]);
  for (const width of [1280, 360]) {
    expect([name, width, await sidewaysAt(page, width)]).toEqual([name, width, 0]);
    await photograph(page, join(screenshots, `${name}-${width}.png`));
  }
}

describe('when a file is dropped on the page', () => {
  test('then the answer stands there in words, and no file leaves the browser', async () => {
    await picture('start');
    await choose('deed.xinlu.json', await paper(0));
    await page.waitForSelector('[data-verdict=valid]');
    expect(await page.locator('#verdict').textContent()).toContain('有效');
    expect(await page.locator('.xl-summary').textContent()).toContain('115信地字第000123號');
    await picture('valid');
    expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
  });

  test('then a PDF is judged as well, and one whose text differs from its attachment is refused', async () => {
    const pdf = await sealedPdf(await paper(0), world.landOffice, fresh);
    const drop = (name: string, buffer: Buffer) =>
      page.locator('#files').setInputFiles({ name, mimeType: 'application/pdf', buffer });
    await drop('deed.pdf', Buffer.from(pdf));
    await page.waitForSelector('[data-code="seal.verified"]');
    expect(await verdict()).toBe('valid');
    await picture('pdf-valid');
    const text = Buffer.from(pdf).toString('latin1');
    const drawn = text.match(/<[0-9a-f]{16,}> Tj/)?.[0] ?? '';
    const other = Buffer.from(text.replace(drawn, drawn.replace(/<(....)(....)/, '<$2$1')), 'latin1');
    await drop('other.pdf', other);
    await page.waitForSelector('[data-code="pdf.text-differs"]');
    expect(await verdict()).toBe('not-valid');
    await picture('pdf-text-differs');
    expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
  });

  test('then a changed, a revoked and an unclear paper each say why', async () => {
    const genuine = await paper(0);
    await choose('changed.xinlu.json', genuine.replace('eyJ', 'eyK'));
    await page.waitForSelector('[data-verdict=not-valid]');
    await picture('changed');
    await choose('revoked.xinlu.json', await paper(1));
    await page.waitForSelector('[data-code="status.revoked"]');
    expect(await verdict()).toBe('not-valid');
    await picture('revoked');
    await choose('unclear.xinlu.json', await paper());
    await page.waitForSelector('[data-code="status.missing"]');
    expect(await verdict()).toBe('cannot-tell');
    await picture('unclear');
    await choose('status.jwt', await statusListOf(world.landOffice, 0, today));
    await page.waitForSelector('[data-verdict=valid]');
  });
});

describe('when a consent receipt is dropped', () => {
  test('then it says who may have what, and until when', async () => {
    const receipt = await world.broker.sign('xinlu-receipt+jwt', {
      iss: 'consent',
      iat: today.iat,
      record_id: '01a1fbff-e9ed-7955-93d4-1fdb439a834b',
      event: { type: 'granted' },
      pii_controller: { id: 'school', name: '信路高級中學' },
      purpose: { id: 'tuition-waiver', title: '學雜費減免' },
      pii_processing: [{ title: '低收入戶資格', fields: [{ title: '資格' }, { title: '有效期限' }] }],
      validity: { until: '2026-12-31T16:00:00.000Z' },
    });
    await choose('receipt.xinlu.json', await world.file('receipt', receipt, 'consent'));
    await page.waitForSelector('[data-verdict=valid]');
    const shown = await page.locator('.xl-summary').textContent();
    for (const text of [
      '同意',
      '信路高級中學',
      '學雜費減免',
      '低收入戶資格（資格、有效期限）',
      '民國116年1月1日',
    ]) {
      expect(shown).toContain(text);
    }
    await picture('receipt');
  });
});

/** A film of one picture, as a camera before a print would see it (YUV4MPEG2). */
function filmOf(text: string, path: string): void {
  const [width, height, unit] = [640, 480, 8];
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const luma = Buffer.alloc(width * height, 235);
  for (const [row, line] of modules.entries()) {
    for (const [column, dark] of line.entries()) {
      if (!dark) continue;
      for (let y = 0; y < unit; y++) {
        const start = (20 + row * unit + y) * width + 100 + column * unit;
        luma.fill(16, start, start + unit);
      }
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([head, frame, frame]));
}

describe('when the QR code of a print is scanned', () => {
  const fingerprintOf = (file: string) =>
    createHash('sha256')
      .update((JSON.parse(file) as { document: string }).document)
      .digest('base64url');
  const note = (key: string) => page.waitForSelector(`[data-note="${key}"]`);

  test('then the camera finds it, and nothing is asked of the issuer before the reader says so', async () => {
    const file = await paper(0);
    const fingerprint = fingerprintOf(file);
    papers.set(`/papers/${fingerprint}`, file);
    const film = join(folder, '../camera.y4m');
    filmOf(`https://elsewhere.example/#p=land-office.${fingerprint}`, film);
    const camera = await chromium.launch({
      executablePath: process.env['XINLU_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ],
    });
    const scanning = await camera.newPage();
    await scanning.goto(address);
    await scanning.locator('#scan').click();
    await scanning.waitForSelector('#code h2');
    expect(await scanning.locator('#code').textContent()).toContain('名land-office');
    expect(asked.some((line) => line.includes('/papers/'))).toBe(false);
    await scanning.getByRole('button', { name: '向機關取得並查驗' }).click();
    await scanning.waitForSelector('[data-verdict=valid]');
    expect(await scanning.locator('[data-note="code-same"]').count()).toBe(1);
    await camera.close();
  });

  test('then the code may stand in the address, and another paper, issuer or none is told', async () => {
    const file = await paper(0);
    await page.goto(`${address}?lang=zh#p=land-office.${fingerprintOf(file)}`);
    await page.waitForSelector('#code h2');
    await picture('code-offered');
    await choose('other.xinlu.json', await paper(1));
    await note('code-other');
    await picture('code-other');
    await choose('deed.xinlu.json', file);
    await note('code-same');
    await page.goto(`${address}?lang=zh&x=1#p=land-office.${'A'.repeat(43)}`);
    await page.getByRole('button', { name: '向機關取得並查驗' }).click();
    await note('code-away');
    await page.goto(`${address}?lang=zh&x=2#p=stranger.${'A'.repeat(43)}`);
    await note('code-unknown');
    await page.goto(address);
  });
});

describe('when a trust list is dropped', () => {
  const forged = async (forger: World) =>
    forger.file('credential', await titleDeedOf(forger.landOffice, today), 'land-office', {
      status: await statusListOf(forger.landOffice, 0, today),
    });
  const dropBoth = async (paper: string, trust: string) => {
    await page.locator('#files').setInputFiles([
      { name: 'deed.xinlu.json', mimeType: 'application/json', buffer: Buffer.from(paper) },
      { name: 'trust.json', mimeType: 'application/json', buffer: Buffer.from(trust) },
    ]);
    await page.waitForSelector('#offer:not([hidden])');
  };

  test('then a forger’s own list changes nothing until the reader says so, and then every answer names it', async () => {
    const forger = await newWorld();
    await page.goto(address);
    await dropBoth(await forged(forger), forger.trustText);
    await page.waitForSelector('#verdict');
    expect(await verdict()).not.toBe('valid');
    expect(await page.locator('#offer').textContent()).toContain('xinlu.example/log');
    await picture('trust-offered');

    await page.getByRole('button', { name: '不要使用' }).click();
    expect(await page.locator('#offer').isHidden()).toBe(true);
    expect(await verdict()).not.toBe('valid');

    await dropBoth(await forged(forger), forger.trustText);
    await page.getByRole('button', { name: '改用這份信任清單' }).click();
    await page.waitForSelector('[data-verdict=valid]');
    const heading = await page.locator('#verdict h2').textContent();
    expect(heading).toContain('您另外選用的信任清單');
    expect(heading).toContain('xinlu.example/log');
    expect(await page.locator('#verdict.usa-alert--success').count()).toBe(0);
    await picture('trust-own');

    await page.getByRole('button', { name: '改回本網站的信任清單' }).click();
    await page.waitForSelector('#verdict:not([data-verdict=valid])');
    await choose('deed.xinlu.json', await paper(0));
    await page.waitForSelector('[data-verdict=valid]');
    expect(await page.locator('#verdict h2').textContent()).not.toContain('信任清單');
  });

  test('then the list of this site is not asked about, and a broken one cannot be taken', async () => {
    await choose('trust.json', world.trustText);
    await choose('trust.json', world.trustText.replace('"snapshot":"eyJ', '"snapshot":"eyK'));
    await page.waitForSelector('#offer:not([hidden])');
    expect(await page.locator('#offer').textContent()).toContain('不能使用');
    expect(await page.getByRole('button', { name: '改用這份信任清單' }).count()).toBe(0);
    await choose('trust.json', world.trustText);
    await page.waitForSelector('#offer', { state: 'hidden' });
  });
});

describe('when the network is away', () => {
  test('then the page still opens, in English too, and judges', async () => {
    await context.setOffline(true);
    await page.goto(`${address}?lang=en`);
    await choose('deed.xinlu.json', await paper(0));
    await page.waitForSelector('[data-verdict=valid]');
    expect(await page.locator('#verdict').textContent()).toContain('Valid');
    await picture('offline-english');
    await context.setOffline(false);
  });
});

describe('when the policy of the server is strict', () => {
  test('then nothing on the page breaks it', () => {
    expect(faults.filter((fault) => !fault.startsWith('Failed to load resource'))).toEqual([]);
  });
});
