import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { judgeLine } from '../merkle/batch.ts';

/** `merkle verify --batch`: JSON lines from standard input, answers to standard output, in order. */
export async function runMerkleVerify(args: string[]): Promise<number> {
  if (args.length !== 1 || args[0] !== '--batch') {
    process.stderr.write('用法 / usage: xinlu merkle verify --batch < requests > answers\n');
    return 2;
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    if (!process.stdout.write(`${JSON.stringify(judgeLine(line))}\n`)) await once(process.stdout, 'drain');
  }
  return 0;
}
