import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';
import { readTaiwanSubject } from '../taiwan/subject.ts';
import type { Command } from './commands.ts';
import { printable, readDerOrPem } from './read-file.ts';
import { runInspection } from './run-inspection.ts';
import { dateWords, keyWords, policyWords, usageWords, validityWords } from './words.ts';

const help = `用法 Usage: xinlu certificate inspect FILE

以白話說明一張憑證（DER 或 PEM）寫了什麼。只讀不驗：內容是否可信，請用 xinlu certificate verify。
Says in plain words what a certificate (DER or PEM) states. It reads and does not verify.
`;

/**
 * What a certificate file states, in words.
 * @throws PkiError `certificate-malformed`, or the error of reading the file
 */
export async function certificateInspect(file: string, now: Date = new Date()): Promise<string> {
  const certificate = parseCertificate(await readDerOrPem(file));
  const { extensions } = certificate;
  const role = extensions.basicConstraints?.isAuthority
    ? '憑證機構 certificate authority'
    : '一般憑證 end entity';
  const lines: [string, string][] = [
    ['種類 Kind', `${role}，X.509 v${certificate.version}`],
    ['持有人 Holder', certificate.subjectName || '（空白 empty）'],
    ...taiwanLines(certificate),
    ['簽發者 Issued by', certificate.issuerName],
    ['序號 Serial number', certificate.serial],
    ['生效 Valid from', dateWords(certificate.notBefore)],
    ['到期 Valid until', dateWords(certificate.notAfter)],
    ['現在 Now', validityWords(certificate, now)],
    ['金鑰 Key', keyWords(certificate.subjectPublicKey)],
  ];
  if (extensions.keyUsage !== undefined) lines.push(['用途 For', usageWords(extensions.keyUsage)]);
  for (const policy of extensions.policies ?? []) lines.push(['政策 Policy', policyWords(policy)]);
  for (const uri of crlAddresses(certificate)) lines.push(['廢止清冊 Revocation list', uri]);
  lines.push(['指紋 SHA-256', certificate.fingerprint]);
  const body = lines.map(([label, value]) => `${label}: ${printable(value)}`).join('\n');
  return `${body}\n\n以上只是憑證自己的說法，尚未驗證。 This is what the certificate claims; nothing was verified.\n`;
}

function taiwanLines(certificate: UnverifiedCertificate): [string, string][] {
  try {
    const { lastFourOfNationalId, businessNumber, organisationOid, cardKind } =
      readTaiwanSubject(certificate);
    const lines: [string, string | undefined][] = [
      ['身分證末四碼 Last four of the national ID', lastFourOfNationalId],
      ['統一編號 Business number', businessNumber],
      ['機關代碼 OID of the organisation', organisationOid],
      ['卡別 Card', cardKind && (cardKind === 'primary' ? '正卡 primary' : '附卡 secondary')],
    ];
    return lines.flatMap(([label, value]) =>
      value === undefined ? [] : [[label, value] satisfies [string, string]],
    );
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return error.code === 'taiwan-name-missing' ? [] : [['注意 Note', error.message]];
  }
}

function crlAddresses(certificate: UnverifiedCertificate): string[] {
  const names = (certificate.extensions.distributionPoints ?? []).flatMap((point) =>
    point.name?.kind === 'full' ? point.name.names : [],
  );
  return names.flatMap((name) => (name.form === 'uri' ? [name.text] : []));
}

export const certificateInspectCommand: Command = {
  name: ['certificate', 'inspect'],
  summary: '以白話說明一張憑證 Say in words what a certificate states',
  help,
  run: (args) => runInspection(args, help, certificateInspect),
};
