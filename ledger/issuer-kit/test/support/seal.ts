import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyRing } from '@xinlu/common/keys';
import { type OfficeSeal, sealWith } from '../../src/index.ts';

/** A seal by the office's own key, certified by a root of this test; openssl makes both certificates. */
export function sealOf(keys: KeyRing, name: string): OfficeSeal {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-seal-'));
  const path = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const subject = (common: string) => ['-utf8', '-subj', `/C=TW/O=${name}/CN=${common}`, '-days', '3650'];
  try {
    writeFileSync(path('own.key'), keys.signing.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path('root.key'));
    openssl('req', '-x509', '-new', '-key', path('root.key'), '-out', path('root.pem'), ...subject('root'));
    const chain = [
      '-CA',
      path('root.pem'),
      '-CAkey',
      path('root.key'),
      '-addext',
      'keyUsage=digitalSignature',
    ];
    openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      path('own.key'),
      ...chain,
      '-out',
      path('own.pem'),
      ...subject(name),
    );
    const der = (file: string) => {
      openssl('x509', '-in', path(`${file}.pem`), '-outform', 'DER', '-out', path(`${file}.der`));
      return new Uint8Array(readFileSync(path(`${file}.der`)));
    };
    return sealWith(keys.signing.privateKey, [der('own'), der('root')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
