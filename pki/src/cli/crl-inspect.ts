import { parseCrl, type UnverifiedCrl } from '../crl/crl.ts';
import { reasonName } from '../revocation/reasons.ts';
import type { Command } from './commands.ts';
import { printable, readDerOrPem } from './read-file.ts';
import { runInspection } from './run-inspection.ts';
import { dateWords } from './words.ts';

const help = `用法 Usage: xinlu crl inspect FILE

以白話說明一份憑證廢止清冊（DER 或 PEM）寫了什麼。只讀不驗。
Says in plain words what a certificate revocation list (DER or PEM) states. It reads and does not verify.
`;

const REASON_WORDS: ReadonlyMap<string, string> = new Map([
  ['unspecified', '未註明 not stated'],
  ['keyCompromise', '金鑰外洩 key compromised'],
  ['cACompromise', '憑證機構遭侵害 authority compromised'],
  ['affiliationChanged', '身分變更 affiliation changed'],
  ['superseded', '已換發 replaced by a new one'],
  ['cessationOfOperation', '停用 no longer used'],
  ['certificateHold', '暫停使用 on hold'],
  ['removeFromCRL', '恢復使用 no longer on hold'],
  ['privilegeWithdrawn', '撤銷權限 privilege withdrawn'],
  ['aACompromise', '屬性機構遭侵害 attribute authority compromised'],
]);

/**
 * What a revocation list states, in words.
 * @throws PkiError `crl-malformed`, or the error of reading the file
 */
export async function crlInspect(file: string, now: Date = new Date()): Promise<string> {
  const { head, revoked } = parseCrl(await readDerOrPem(file));
  const lines: [string, string][] = [
    [
      '種類 Kind',
      head.isDelta ? '差異清冊 delta, what changed since a complete list' : '完整清冊 complete list',
    ],
    ['簽發者 Issued by', head.issuer.toString()],
    ['編號 Number', head.number?.toString() ?? '（無 none）'],
    ['簽發時間 Issued at', dateWords(new Date(head.thisUpdate))],
    [
      '下次更新 Next update',
      head.nextUpdate === undefined ? '（無 none）' : dateWords(new Date(head.nextUpdate)),
    ],
    ['現在 Now', freshnessWords(head, now)],
    ['範圍 Scope', scopeWords(head)],
    ['廢止筆數 Revoked certificates', revoked.size.toLocaleString('en-US')],
    ...reasonLines(revoked),
    ['指紋 SHA-256', head.fingerprint],
  ];
  const body = lines.map(([label, value]) => `${label}: ${printable(value)}`).join('\n');
  return `${body}\n\n以上只是清冊自己的說法，尚未驗證簽章。 This is what the list claims; its signature was not verified.\n`;
}

function freshnessWords({ thisUpdate, nextUpdate }: UnverifiedCrl['head'], now: Date): string {
  if (now.getTime() < thisUpdate) return '日期在未來 dated in the future';
  if (nextUpdate !== undefined && now.getTime() > nextUpdate)
    return '已過更新期限，不可再用 out of date, must not be used';
  return '仍在效期內 up to date';
}

function scopeWords({ issuingDistributionPoint: scope }: UnverifiedCrl['head']): string {
  if (!scope) return '簽發者的所有憑證 every certificate of the issuer';
  const parts: string[] = [];
  if (scope.name) parts.push('一個分區 one partition');
  if (scope.onlyUserCertificates) parts.push('僅使用者憑證 end entities only');
  if (scope.onlyAuthorityCertificates) parts.push('僅憑證機構 authorities only');
  if (scope.onlyAttributeCertificates) parts.push('僅屬性憑證 attribute certificates only');
  if (scope.indirect) parts.push('含其他簽發者的憑證 certificates of other issuers as well');
  return parts.join('、') || '簽發者的所有憑證 every certificate of the issuer';
}

function reasonLines(revoked: UnverifiedCrl['revoked']): [string, string][] {
  const counts = new Map<string, number>();
  for (const { reason } of revoked.entries()) {
    const name = reasonName(reason);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => [
    `  ${REASON_WORDS.get(name) ?? name}`,
    count.toLocaleString('en-US'),
  ]);
}

export const crlInspectCommand: Command = {
  name: ['crl', 'inspect'],
  summary: '以白話說明一份廢止清冊 Say in words what a revocation list states',
  help,
  run: (args) => runInspection(args, help, crlInspect),
};
