import type { Readable, Writable } from 'node:stream';
import type { Command } from './commands.ts';
import { decideLine } from './decide-line.ts';
import { readLines } from './read-lines.ts';

const help = `用法 Usage: xinlu certificate verify --batch < requests.jsonl > answers.jsonl

逐行讀入 JSON 要求並逐行輸出判定；錯誤的一行得到 valid:false 與代碼，不會中斷。
Reads one JSON request a line and writes one JSON answer a line. A bad line gets valid:false and a code.

要求 Request:
  {"id","leaf","intermediates":[],"anchors":[],"crls":[],"ocsp":[],"time","purpose":"any"|"login",
   "policies":[],"explicitPolicy","inhibitPolicyMapping","inhibitAnyPolicy","revocation":"required"|"none"}
  憑證、CRL、OCSP 為 base64 DER；time 為 RFC 3339。id、leaf、anchors、time 以外皆可省略。
  Certificates, CRLs and OCSP responses are base64 DER, time is RFC 3339; all but id, leaf, anchors and time may be left out.

答覆 Answer:
  {"id","valid","code","path":[sha256 hex，自憑證本身至信任錨 from the leaf to the anchor],"policies":[]}
`;

/**
 * Answers each line of `input` with a line of `output`, in order, one at a time; resolves when the input ends.
 * A line that cannot be read is answered `valid: false`. Holds no more than one line and waits for a slow reader.
 */
export async function certificateVerifyBatch(input: Readable, output: Writable): Promise<void> {
  for await (const line of readLines(input)) {
    if (line !== null && line.trim() === '') continue;
    const answer = `${JSON.stringify(decideLine(line))}\n`;
    if (!output.write(answer)) await new Promise((resolve) => output.once('drain', resolve));
  }
}

export const certificateVerifyCommand: Command = {
  name: ['certificate', 'verify'],
  summary: '驗證憑證路徑（批次） Validate certification paths in a batch',
  help,
  async run(args) {
    if (args.includes('--help')) {
      process.stdout.write(help);
      return 0;
    }
    if (args.length !== 1 || args[0] !== '--batch') {
      process.stderr.write(help);
      return 1;
    }
    await certificateVerifyBatch(process.stdin, process.stdout);
    return 0;
  },
};
