import { KeyUsageBit } from '../certificate/extensions.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';

const USAGES: readonly [number, string][] = [
  [KeyUsageBit.digitalSignature, '數位簽章 digital signatures'],
  [KeyUsageBit.nonRepudiation, '不可否認 signatures that bind'],
  [KeyUsageBit.keyEncipherment, '金鑰加密 encrypting keys'],
  [KeyUsageBit.dataEncipherment, '資料加密 encrypting data'],
  [KeyUsageBit.keyAgreement, '金鑰協議 agreeing on keys'],
  [KeyUsageBit.keyCertSign, '簽發憑證 issuing certificates'],
  [KeyUsageBit.crlSign, '簽發廢止清冊 issuing revocation lists'],
];

const POLICIES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.32.0', '任何政策 any policy'],
  ['2.16.886.101.0.3.1', '政府憑證保證等級第一級 assurance level 1'],
  ['2.16.886.101.0.3.2', '政府憑證保證等級第二級 assurance level 2'],
  ['2.16.886.101.0.3.3', '政府憑證保證等級第三級 assurance level 3'],
  ['2.16.886.101.0.3.4', '政府憑證保證等級第四級 assurance level 4'],
]);

const KINDS: ReadonlyMap<string, string> = new Map([
  ['rsa', 'RSA'],
  ['rsa-pss', 'RSA-PSS'],
  ['dsa', 'DSA'],
  ['ed25519', 'Ed25519'],
  ['ed448', 'Ed448'],
  ['ml-dsa-44', 'ML-DSA-44（後量子 post-quantum）'],
  ['ml-dsa-65', 'ML-DSA-65（後量子 post-quantum）'],
  ['ml-dsa-87', 'ML-DSA-87（後量子 post-quantum）'],
]);

export function usageWords(keyUsage: number): string {
  return USAGES.filter(([bit]) => (keyUsage & bit) !== 0)
    .map(([, words]) => words)
    .join('、');
}

export function policyWords(policy: string): string {
  const words = POLICIES.get(policy);
  return words ? `${words} (${policy})` : policy;
}

export function keyWords(key: SubjectPublicKey): string {
  if (key.kind === 'ec') return key.curve ? `ECC ${key.curve.name}` : 'ECC（未具名曲線 unnamed curve）';
  const kind =
    key.kind === undefined ? `未知 unknown (${key.algorithm.oid})` : (KINDS.get(key.kind) ?? key.kind);
  return key.bits === undefined ? kind : `${kind} ${key.bits} 位元 bits`;
}

const DAY_MS = 86_400_000;

export function validityWords(certificate: UnverifiedCertificate, now: Date): string {
  const { notBefore, notAfter } = certificate;
  if (now < notBefore) return '尚未生效 not valid yet';
  if (now > notAfter) return '已過期 expired';
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);
  return `效期內，還有 ${days} 天 within its validity, ${days} days left`;
}

/** 2026-06-01 12:00（民國 115 年） in Taipei's time. */
export function dateWords(date: Date): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Taipei',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const year = Number(
    new Intl.DateTimeFormat('en', { timeZone: 'Asia/Taipei', year: 'numeric' }).format(date),
  );
  return `${parts.format(date)}（民國 ${year - 1911} 年，臺北時間 Taipei time）`;
}
