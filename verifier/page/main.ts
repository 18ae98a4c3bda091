import { isPdf, parseFile, verifyPaper } from '../src/index.ts';
import { showCodeNote, showCodeOffer } from './code-offer.ts';
import { fetchPaper, type PrintCode, readCode, sourceOf } from './print-code.ts';
import { showReport } from './result.ts';
import { type Scan, startScan } from './scan.ts';
import { button, type DroppedList, readDropped, showOffer } from './trust-offer.ts';
import { isTextKey, type Language, type TextKey, textOf } from './words.ts';

const language: Language = new URLSearchParams(location.search).get('lang') === 'en' ? 'en' : 'zh';
const t = (key: TextKey, values?: Record<string, string>) => textOf(language, key, values);

function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found as T;
}

const at = byId<HTMLInputElement>('at');
const drop = byId('drop');
const result = byId('result');
const offer = byId('offer');

/**
 * What was dropped or fetched so far; everything stays in this page. A dropped trust list is `offered` until the
 * reader says in words that it is to be used.
 */
const held: {
  siteTrust?: string;
  ownTrust?: DroppedList | undefined;
  offered?: DroppedList | undefined;
  paper?: { name: string; bytes: Uint8Array };
  status?: string;
  /** The code of a print that the next paper is held against. */
  code?: PrintCode | undefined;
} = {};

function speak(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-TW' : 'en';
  document.title = `${t('service')} - ${language === 'zh' ? '信路' : 'Xinlu'}`;
  for (const place of document.querySelectorAll<HTMLElement>('[data-words]')) {
    const key = place.dataset['words'];
    if (isTextKey(key)) place.textContent = t(key);
  }
  const other = byId<HTMLAnchorElement>('language');
  const [code, name] = language === 'zh' ? ['en', 'English'] : ['zh-TW', '中文'];
  other.href = `?lang=${code}`;
  other.lang = other.hreflang = code;
  other.textContent = name;
}

async function fetchTrust(): Promise<void> {
  const response = await fetch('./trust.json').catch(() => undefined);
  const text = response?.ok ? await response.text() : undefined;
  if (text !== undefined) held.siteTrust = text;
  showTrust();
}

/** Says which trust list is in use, and asks about the one that is offered. */
function showTrust(): void {
  const { ownTrust, offered, siteTrust } = held;
  const line = byId('trust');
  if (ownTrust) {
    const back = button(t('trust-back'), 'usa-button--unstyled', () => answer(undefined));
    const values = { file: ownTrust.file, origin: ownTrust.claimedOrigin ?? '' };
    line.replaceChildren(`${t('trust-own', values)} `, ...(siteTrust === undefined ? [] : [back]));
  } else {
    line.textContent = t(siteTrust === undefined ? 'trust-none' : 'trust-page');
  }
  const answers = { accept: () => answer(offered), decline: () => answer(ownTrust) };
  offer.replaceChildren(...(offered ? [showOffer(language, offered, answers)] : []));
  offer.hidden = offered === undefined;
}

/** The reader decided: this list, or without one the site's. */
async function answer(chosen: DroppedList | undefined): Promise<void> {
  held.ownTrust = chosen;
  held.offered = undefined;
  showTrust();
  byId('trust').focus();
  await judge();
}

/** Sorts a dropped file by what it is: trust list, status list, or a paper to be judged. */
async function take(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = isPdf(bytes) ? '' : new TextDecoder().decode(bytes);
  if (isTrustList(text)) {
    const inUse = text === (held.ownTrust ? held.ownTrust.text : held.siteTrust);
    held.offered = inUse ? undefined : await readDropped(file.name, text);
    showTrust();
  } else if (/^\s*[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(text)) {
    held.status = text;
  } else if (held.paper && parseFile(text)?.document.kind === 'status-list') {
    held.status = text;
  } else {
    held.paper = { name: file.name, bytes };
    delete held.status;
  }
}

function isTrustList(text: string): boolean {
  try {
    return JSON.parse(text).format === 'xinlu-trust/1';
  } catch {
    return false;
  }
}

async function judge(): Promise<void> {
  if (!held.paper) return;
  const moment = at.value === '' ? new Date() : new Date(at.value);
  const { siteTrust, ownTrust } = held;
  const trust = ownTrust ? ownTrust.text : siteTrust;
  const report = await verifyPaper(held.paper.bytes, { trust, status: held.status, at: moment });
  result.replaceChildren(...showReport(language, held.paper.name, report, ownTrust?.claimedOrigin));
  if (held.code) {
    const { issuer, fingerprint } = held.code;
    const isSame = report.fingerprint === fingerprint && report.claims?.['iss'] === issuer;
    showCode(showCodeNote(language, isSame ? 'code-same' : 'code-other'));
  }
  result.hidden = false;
  show(result);
}

function show(section: HTMLElement): void {
  section.focus();
  section.scrollIntoView({ block: 'start' });
}

function isPaperName(name: string): boolean {
  return /\.(xinlu\.json|pdf)$/i.test(name);
}

async function takeAll(files: Iterable<File>): Promise<void> {
  // Papers first, so that a status list dropped together with one belongs to it.
  const bySize = [...files].sort((a, b) => Number(isPaperName(b.name)) - Number(isPaperName(a.name)));
  for (const file of bySize) await take(file);
  await judge();
  if (held.offered) show(offer);
}

function showCode(content: HTMLElement | undefined): void {
  const place = byId('code');
  place.replaceChildren(...(content ? [content] : []));
  place.hidden = content === undefined;
}

/** A code was scanned, or stands in the address that brought the reader here. */
async function takeCode(code: PrintCode): Promise<void> {
  await trusting;
  held.code = code;
  const source = await sourceOf(code, (held.ownTrust ?? { text: held.siteTrust }).text);
  showCode(
    showCodeOffer(language, source, {
      decline: () => showCode(undefined),
      fetch: async () => {
        const bytes = source && (await fetchPaper(source));
        if (!bytes) return showCode(showCodeNote(language, 'code-away'));
        held.paper = { name: source.url, bytes };
        delete held.status;
        await judge();
      },
    }),
  );
  show(byId('code'));
}

let scan: Scan | undefined;

async function toggleScan(): Promise<void> {
  const [video, pressed] = [byId<HTMLVideoElement>('camera'), byId('scan')];
  const say = (key: 'scan-point' | 'scan-none' | undefined) => {
    byId('scan-state').textContent = key ? t(key) : '';
  };
  if (scan) return scan.stop();
  try {
    video.hidden = false;
    scan = await startScan(video);
    pressed.textContent = t('scan-stop');
    say('scan-point');
    const code = await scan.found;
    say(undefined);
    if (code) await takeCode(code);
  } catch {
    say('scan-none');
  } finally {
    scan = undefined;
    video.hidden = true;
    pressed.textContent = t('scan');
  }
}

function takeCodeOfAddress(): void {
  const code = readCode(location.hash);
  if (code) takeCode(code);
}

speak();
const trusting = fetchTrust();
byId<HTMLInputElement>('files').addEventListener('change', async (event) => {
  const input = event.target as HTMLInputElement;
  await trusting;
  await takeAll(input.files ?? []);
  // So that the same file can be chosen again after it was changed.
  input.value = '';
});
at.addEventListener('change', () => judge());
byId('scan').addEventListener('click', () => toggleScan());
addEventListener('hashchange', takeCodeOfAddress);
takeCodeOfAddress();
addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('vf-drop--over');
});
addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) drop.classList.remove('vf-drop--over');
});
addEventListener('drop', async (event) => {
  event.preventDefault();
  drop.classList.remove('vf-drop--over');
  const files = [...(event.dataTransfer?.files ?? [])];
  await trusting;
  await takeAll(files);
});
if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}
