import { parseArgs } from 'node:util';
import { chainViewOver } from '../chain/chain-view-json-rpc.ts';
import type { Report, Verdict } from '../verify.ts';
import { verifyPaper } from '../verify-paper.ts';
import { readPaper, readText, readTrust } from './read-files.ts';

const exitCodes: Record<Verdict, number> = { valid: 0, 'not-valid': 1, 'cannot-tell': 2 };

type Request = {
  file: string;
  trust: string | undefined;
  status: string | undefined;
  at: Date;
  rpc: string | undefined;
  json: boolean;
  /** What the holder was asked: our name and a challenge of this once. */
  holder: { audience: string; nonce: string } | undefined;
};

/** `verify FILE`: exit 0 valid, 1 not valid, 2 cannot tell (also when something needed cannot be read). */
export async function runVerify(args: string[]): Promise<number> {
  try {
    const request = readRequest(args);
    const report = await verifyPaper(await readPaper(request.file), {
      trust: await readTrust(request.trust),
      status: request.status === undefined ? undefined : await readText(request.status),
      at: request.at,
      chain: request.rpc === undefined ? undefined : chainViewOver(request.rpc),
      holder: request.holder && {
        audience: request.holder.audience,
        take: (nonce) => nonce === request.holder?.nonce,
      },
    });
    process.stdout.write(request.json ? `${JSON.stringify(report)}\n` : inWords(request.file, report));
    return exitCodes[report.verdict];
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

function readRequest(args: string[]): Request {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      trust: { type: 'string' },
      status: { type: 'string' },
      at: { type: 'string' },
      rpc: { type: 'string' },
      audience: { type: 'string' },
      nonce: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Error('請給一個檔案 / give one file: xinlu verify FILE (--help)');
  const at = values.at === undefined ? new Date() : readTime(values.at);
  if (values.rpc !== undefined && !/^https?:\/\//.test(values.rpc)) {
    throw new Error('--rpc 須為 http 或 https 網址 / --rpc must be an http or https address');
  }
  const { audience, nonce } = values;
  if ((audience === undefined) !== (nonce === undefined)) {
    throw new Error('--audience 與 --nonce 須一起使用 / --audience and --nonce go together');
  }
  const holder = audience === undefined || nonce === undefined ? undefined : { audience, nonce };
  return { file, trust: values.trust, status: values.status, at, rpc: values.rpc, json: values.json, holder };
}

function readTime(text: string): Date {
  const rfc3339 = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/i;
  const at = new Date(text);
  if (!rfc3339.test(text) || Number.isNaN(at.getTime())) {
    throw new Error(
      '--at 須為 RFC 3339 時間，例如 2026-11-21T08:00:00+08:00 / --at must be an RFC 3339 time',
    );
  }
  return at;
}

const marks = { pass: '✓', fail: '✗', unknown: '？' } as const;
const verdicts: Record<Verdict, string> = {
  valid: '有效 / valid',
  'not-valid': '無效 / not valid',
  'cannot-tell': '無法判斷 / cannot tell',
};

function inWords(file: string, { verdict, at, checks }: Report): string {
  const lines = checks.map(({ result, words }) => `  ${marks[result]} ${words.zh}\n    ${words.en}`);
  return `${file}  (${at})\n${lines.join('\n')}\n結論 / result: ${verdicts[verdict]}\n`;
}
