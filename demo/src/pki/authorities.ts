import type { Acr, CardIdentity } from '@xinlu/common/wire';
import type { DistinguishedName } from './certificate.ts';
import { Oid } from './oids.ts';

const country = 'TW';

/** A certification authority of the demo country: its name, its keys, and what the IdP is told about it. */
export type AuthorityPlan = {
  id: AuthorityId;
  issuer: AuthorityId;
  name: DistinguishedName;
  title: { 'zh-TW': string; en: string };
  key: { type: 'rsa'; bits: number } | { type: 'ec'; curve: 'P-256' };
  years: number;
  /** Absent for the root, which signs authorities only. */
  signs?: { identity: CardIdentity; maximumAcr: Acr };
};

export type AuthorityId = 'grca' | 'moica-g3' | 'moica-g4' | 'moeaca' | 'xca' | 'gca' | 'hica';

const citizenAuthorityName: DistinguishedName = [
  [Oid.country, country],
  [Oid.organization, '信路示範國行政院'],
  [Oid.organizationalUnit, '內政部憑證管理中心'],
];

/**
 * Root first, so that every issuer stands before those it signs. The two generations of the citizen authority share
 * one subject name and differ by key, as the real ones do: only key identifiers tell their certificates apart.
 */
export const authorityPlans: readonly AuthorityPlan[] = [
  {
    id: 'grca',
    issuer: 'grca',
    name: [
      [Oid.country, country],
      [Oid.organization, '信路示範國行政院'],
      [Oid.organizationalUnit, '政府憑證總管理中心'],
    ],
    title: { 'zh-TW': '政府憑證總管理中心（GRCA）', en: 'Government root certification authority (GRCA)' },
    key: { type: 'rsa', bits: 4096 },
    years: 30,
  },
  {
    id: 'moica-g3',
    issuer: 'grca',
    name: citizenAuthorityName,
    title: { 'zh-TW': '內政部憑證管理中心 第三代（RSA）', en: 'Citizen authority MOICA, generation 3 (RSA)' },
    key: { type: 'rsa', bits: 2048 },
    years: 20,
    signs: { identity: 'citizen', maximumAcr: 'high' },
  },
  {
    id: 'moica-g4',
    issuer: 'grca',
    name: citizenAuthorityName,
    title: { 'zh-TW': '內政部憑證管理中心 第四代（ECC）', en: 'Citizen authority MOICA, generation 4 (ECC)' },
    key: { type: 'ec', curve: 'P-256' },
    years: 20,
    signs: { identity: 'citizen', maximumAcr: 'high' },
  },
  {
    id: 'moeaca',
    issuer: 'grca',
    name: [
      [Oid.country, country],
      [Oid.organization, '信路示範國行政院'],
      [Oid.organizationalUnit, '工商憑證管理中心'],
    ],
    title: { 'zh-TW': '工商憑證管理中心（MOEACA）', en: 'Business certification authority (MOEACA)' },
    key: { type: 'rsa', bits: 2048 },
    years: 20,
    signs: { identity: 'organisation', maximumAcr: 'high' },
  },
  {
    id: 'xca',
    issuer: 'grca',
    name: [
      [Oid.country, country],
      [Oid.organization, '信路示範國行政院'],
      [Oid.organizationalUnit, '組織及團體憑證管理中心'],
    ],
    title: { 'zh-TW': '組織及團體憑證管理中心（XCA）', en: 'Organisation and group authority (XCA)' },
    key: { type: 'ec', curve: 'P-256' },
    years: 20,
    signs: { identity: 'organisation', maximumAcr: 'high' },
  },
  {
    id: 'gca',
    issuer: 'grca',
    name: [
      [Oid.country, country],
      [Oid.organization, '信路示範國行政院'],
      [Oid.organizationalUnit, '政府憑證管理中心'],
    ],
    title: { 'zh-TW': '政府憑證管理中心（GCA）', en: 'Government agency authority (GCA)' },
    key: { type: 'ec', curve: 'P-256' },
    years: 20,
    signs: { identity: 'agency', maximumAcr: 'high' },
  },
  {
    // A health insurance card is shown at every clinic and has no face-to-face check behind its PIN.
    id: 'hica',
    issuer: 'grca',
    name: [
      [Oid.country, country],
      [Oid.organization, '信路示範國行政院'],
      [Oid.organizationalUnit, '健保卡憑證管理中心'],
    ],
    title: { 'zh-TW': '健保卡憑證管理中心', en: 'Health insurance card authority' },
    key: { type: 'ec', curve: 'P-256' },
    years: 20,
    signs: { identity: 'health-insured', maximumAcr: 'low' },
  },
];

export const authorityPlan = (id: AuthorityId): AuthorityPlan => {
  const plan = authorityPlans.find((candidate) => candidate.id === id);
  if (!plan) throw new Error(`no certification authority "${id}"`);
  return plan;
};
