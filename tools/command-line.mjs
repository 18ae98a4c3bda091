import { existsSync } from 'node:fs';
import { placesOf, readSettings } from './country.mjs';
import { report } from './fault.mjs';

/**
 * The commands of `npx xinlu`, which the rooms bring: each `src/cli/commands.ts` exports
 * `commands: { name: string[], summary, help, run(args): Promise<exit code> }[]`.
 */
const rooms = ['pki', 'verifier', 'ledger'];
const usageError = 64;

async function main(args) {
  const commands = await loadCommands();
  const words = args.filter(
    (arg, index) => !arg.startsWith('-') && args.slice(0, index).every((one) => !one.startsWith('-')),
  );
  const command = longestMatch(commands, words);
  if (command) {
    const rest = args.slice(command.name.length);
    if (rest.includes('--help') || rest.includes('-h')) return print(process.stdout, command.help);
    return await command.run(rest);
  }
  const group = commands.filter(
    ({ name }) => words.length > 0 && words.every((word, index) => name[index] === word),
  );
  const asksHelp = args.length === 0 || args.includes('--help') || args.includes('-h');
  if (group.length > 0 && asksHelp) return print(process.stdout, overview(group));
  if (words.length === 0 && asksHelp) return print(process.stdout, overview(commands));
  const hint = group.length > 0 ? overview(group) : overview(commands);
  print(process.stderr, `沒有這個指令 | unknown command: xinlu ${args.join(' ')}\n\n${hint}`);
  return usageError;
}

async function loadCommands() {
  const found = [];
  for (const room of rooms) {
    const file = new URL(`../${room}/src/cli/commands.ts`, import.meta.url);
    if (existsSync(file)) found.push(...(await import(file.href)).commands);
  }
  return found;
}

/** `certificate verify` wins over `certificate`, should both be commands. */
function longestMatch(commands, words) {
  return commands
    .filter(({ name }) => name.every((word, index) => words[index] === word))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function overview(commands) {
  const width = Math.max(0, ...commands.map(({ name }) => name.join(' ').length));
  const lines = commands.map(({ name, summary }) => `  ${name.join(' ').padEnd(width)}  ${summary}`);
  return ['用法 usage: npx xinlu COMMAND [--help]', '', ...lines].join('\n');
}

function print(stream, text) {
  stream.write(`${text.trimEnd()}\n`);
  return 0;
}

// Commands find the data folder by this name, wherever they are called from.
process.env.XINLU_DATA = placesOf(readSettings({ ...process.env, INIT_CWD: process.cwd() })).data;
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error);
}
