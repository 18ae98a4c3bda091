import { parseArgs } from 'node:util';
import { refused } from '@xinlu/common/errors';
import type { Logger } from '@xinlu/common/log';
import { ID_TOKEN_ALGORITHMS, type IdTokenAlgorithm } from '@xinlu/common/wire';
import type { Haste } from './domain/signing-keys/rotate.ts';
import type { SigningKey } from './domain/signing-keys/signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

export const KEYS_USAGE = `usage: node idp/src/main.ts keys COMMAND

The keys that tokens are signed with. Every running process follows within seconds.

  list                       all keys: kid, algorithm, state, since when
  add --alg ALG              publish a new key; it signs once it is promoted
  promote KID [--now]        let it sign, and retire the one before
  retire KID [--now]         the same, named by the key that stops signing
  remove KID [--now]         take it out of the JWKS; what it signed is refused from then on

  ALG     ${ID_TOKEN_ALGORITHMS.join(', ')}
  --now   do not wait until relying parties know the key, or until what it signed has run out
`;

const malformed = (message: string) => refused('command-malformed', `${message} See keys --help.`);

/** RFC 7638 with SHA-256, base64url: it may begin with a hyphen, and is a word all the same. */
const KID = /^[\w-]{43}$/;

function read(args: readonly string[]): { command: string; kid: string; alg: string; now: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((arg) => !KID.test(arg)),
      options: { alg: { type: 'string' }, now: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [command = 'list', ...words] = positionals;
    const [kid = '', ...more] = [...words, ...args.filter((arg) => KID.test(arg))];
    if (more.length > 0) throw new Error('There are too many words.');
    return { command, kid, alg: values.alg ?? '', now: values.now ?? false };
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : '');
  }
}

function line({ kid, alg, state, publishedAt, promotedAt, retiredAt }: SigningKey): string {
  const since = retiredAt ?? promotedAt ?? publishedAt;
  return `${kid}  ${alg.padEnd(9)}  ${state.padEnd(9)}  ${since.toISOString()}\n`;
}

/** Runs `keys COMMAND …`; gives what to print. Refusals as `createRotation` names them, and `command-malformed`. */
export async function runKeysCommand(
  args: readonly string[],
  keys: Pick<SigningKeys, 'rotation' | 'store'>,
  log: Logger,
): Promise<string> {
  const { command, kid, alg, now } = read(args);
  if (command === 'list') return (await keys.store.all()).map(line).join('');
  if (command === 'add') {
    const known = ID_TOKEN_ALGORITHMS.find((one): one is IdTokenAlgorithm => one === alg);
    if (known === undefined) throw malformed(`--alg must be one of ${ID_TOKEN_ALGORITHMS.join(', ')}.`);
    return line(await keys.rotation.add(known));
  }
  if (command !== 'promote' && command !== 'retire' && command !== 'remove')
    throw malformed(`There is no command ${command}.`);
  if (kid === '') throw malformed('Say which key by its kid.');
  const haste: Haste = { now };
  const key = await keys.rotation[command](kid, haste);
  if (now) log.warn({ kid, alg: key.alg, command }, 'signing-key-changed-without-waiting');
  return command === 'remove' ? `removed ${kid}\n` : (await keys.store.all()).map(line).join('');
}
