import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from './fixture/launcher.mjs';

const xinlu = (...args) => run([fileURLToPath(new URL('../xinlu.mjs', import.meta.url)), ...args]).ended;

describe('npx xinlu', () => {
  test('when asked for help, then it lists the commands on standard output', async () => {
    const { code, out, err } = await xinlu('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of ['verify', 'merkle verify', 'certificate verify'])
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each([[['merkle', '--help']], [['merkle', 'verify', '--help']]])(
    'when asked for help on %j, then it answers',
    async (args) => {
      const { code, out } = await xinlu(...args);
      expect(code).toBe(0);
      expect(out).toContain('merkle verify');
    },
  );

  test.each([[['nonsense']], [['merkle']], [['merkle', 'nonsense']]])(
    'when %j is no command, then 64 and a hint',
    async (args) => {
      const { code, out, err } = await xinlu(...args);
      expect({ code, out }).toEqual({ code: 64, out: '' });
      expect(err).toContain(`unknown command: xinlu ${args.join(' ')}`);
      expect(err).toContain('merkle verify');
    },
  );

  test('when a command ends with a code, then that is the exit code', async () => {
    expect((await xinlu('verify', '/nonexistent')).code).toBe(2);
  });
});
