import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { retryable } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import type { Service } from '@xinlu/common/page';
import type { Country } from '../../country/country.ts';
import { openSite, type Site } from '../../site.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
};

const service = (lang: Lang): Service => ({ name: lang === 'en' ? 'Check a paper' : '文件查驗' });

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    : [];

/** The page with the mark that makes it show the strip 示範環境. */
const asDemo = (document: string): string => document.replace('<html ', '<html data-demo ');

/**
 * Serves the built verifier page, nothing but its files, under the strict policy of the HTTP base: no outside source, no
 * inline script. `/trust.json` is the ledger's public trust list, fetched for the page so that it needs one origin only.
 */
export const buildVerifierPage = async (country: Country, folder: string): Promise<Site<object>> => {
  const names = filesIn(folder);
  const site = await openSite<object>(country, {
    id: 'verifier-page',
    url: country.addresses.url('verifier'),
    service,
    // Scans the code of a printed paper, and asks its issuer for the file.
    camera: true,
    csp: { connect: [country.addresses.url('land-office')] },
    ready: async () => ({ built: names.includes('index.html') }),
  });
  for (const name of names) {
    const file = readFileSync(join(folder, name));
    const content = name === 'index.html' ? asDemo(file.toString('utf8')) : file;
    const type = types[extname(name)] ?? 'application/octet-stream';
    const paths = name === 'index.html' ? ['/', '/index.html'] : [`/${name}`];
    for (const path of paths)
      site.app.get(path, async (_request, reply) =>
        reply.type(type).header('cache-control', 'no-cache').send(content),
      );
  }
  site.app.get('/trust.json', async (_request, reply) => {
    const answer = await fetch(`${country.services.ledgerUrl}/trust.json`, {
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    }).catch((cause: unknown) => {
      throw retryable('ledger-unreachable', 'The trust list cannot be fetched now; try again.', { cause });
    });
    if (answer.status !== 200)
      throw retryable('trust-list-unavailable', 'The ledger has no trust list yet; try again.');
    return reply
      .type('application/json')
      .header('cache-control', 'no-cache')
      .send(await answer.text());
  });
  return site;
};
