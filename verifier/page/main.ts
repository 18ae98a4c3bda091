import { parseFile, verifyFile } from '../src/index.ts';
import { showReport } from './result.ts';
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

/** What was dropped or fetched so far; everything stays in this page. */
const held: { trust?: string; paper?: { name: string; text: string }; status?: string } = {};

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
  if (text !== undefined) held.trust ??= text;
  if (held.trust === text) byId('trust').textContent = t(text === undefined ? 'trust-none' : 'trust-page');
}

/** Sorts a dropped file by what it is: trust list, status list, or a paper to be judged. */
async function take(file: File): Promise<void> {
  const text = await file.text();
  if (isTrustList(text)) {
    held.trust = text;
    byId('trust').textContent = t('trust-own', { name: file.name });
  } else if (/^\s*[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(text)) {
    held.status = text;
  } else if (held.paper && parseFile(text)?.document.kind === 'status-list') {
    held.status = text;
  } else {
    held.paper = { name: file.name, text };
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
  const report = await verifyFile(held.paper.text, { trust: held.trust, status: held.status, at: moment });
  result.replaceChildren(...showReport(language, held.paper.name, report));
  result.hidden = false;
  result.focus();
  result.scrollIntoView({ block: 'start' });
}

async function takeAll(files: Iterable<File>): Promise<void> {
  // Papers first, so that a status list dropped together with one belongs to it.
  const bySize = [...files].sort(
    (a, b) => Number(b.name.endsWith('.xinlu.json')) - Number(a.name.endsWith('.xinlu.json')),
  );
  for (const file of bySize) await take(file);
  await judge();
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
