import { Box } from '@mui/material';
import { useTranslate } from 'react-admin';
import { CertificatePrint } from '../components/certificate-print.tsx';
import { Mono } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { RoleTags } from '../components/state-tags.tsx';
import { Tag } from '../components/tag.tsx';
import type { Delegation, PublicKey, Resource } from '../wire.ts';

const TECHNICAL = new Set([
  'id',
  'oid',
  'sector',
  'purposes',
  'datasets',
  'credentialTypes',
  'proposerCodeSha256',
  'subjectDn',
  'policies',
]);

/** What a choice of the form means, by the field's name. */
const CHOICES: Readonly<Record<string, string>> = {
  method: 'client_authentication',
  senderConstraint: 'client_constraint',
  grants: 'client_grant',
  signedRequestObjects: 'client_signed',
  codeProtection: 'client_code',
  holders: 'holder',
  kinds: 'mandate_kind',
  identity: 'card_identity',
  maximumAcr: 'card_acr',
  whenSilent: 'ocsp_silent',
};

function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && 'identifier' in value;
}

function isAction(value: unknown): value is Delegation['actions'][number] {
  return typeof value === 'object' && value !== null && 'code' in value && 'name' in value;
}

function textOf(item: unknown): string {
  if (isAction(item)) return `${item.code} | ${item.name['zh-TW']} | ${item.name.en}`;
  return isResource(item) ? `${item.identifier} (${item.accessToken})` : String(item);
}

function isKeys(value: readonly unknown[]): value is readonly PublicKey[] {
  return value.every((item) => typeof item === 'object' && item !== null && 'kid' in item);
}

function KeyList({ keys, others }: { keys: readonly PublicKey[]; others: readonly PublicKey[] | undefined }) {
  const t = useTranslate();
  return (
    <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 0.75 }}>
      {keys.map((key) => (
        <li key={key.kid}>
          <Tag
            text={t(`key_use.${key.use}`, { _: key.use })}
            tone={others === undefined || others.some((other) => other.kid === key.kid) ? 'neutral' : 'warn'}
          />{' '}
          <Mono>{key.kid}</Mono>
        </li>
      ))}
    </Box>
  );
}

/** One field's value, worded by what it means. */
export function Value({ name, value, other }: { name: string; value: unknown; other?: unknown }) {
  const t = useTranslate();
  if (value === undefined || value === null || value === '') return <>—</>;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0) return <>{t('diff.empty_list')}</>;
    if (isKeys(items))
      return <KeyList keys={items} others={Array.isArray(other) && isKeys(other) ? other : undefined} />;
    if (name === 'roles') return <RoleTags roles={items.map(String)} />;
    return (
      <Box component="ul" sx={{ m: 0, pl: 2.25 }}>
        {items.map((item) => (
          <li key={textOf(item)}>
            {name === 'purposes' ? (
              t(`purpose.${String(item)}`, { _: String(item) })
            ) : CHOICES[name] !== undefined ? (
              t(`${CHOICES[name]}.${String(item)}`, { _: String(item) })
            ) : (
              <Mono>{textOf(item)}</Mono>
            )}
          </li>
        ))}
      </Box>
    );
  }
  const text = String(value);
  if (name === 'validFrom' || name === 'validUntil') return <Moment at={text} />;
  if (name === 'kind') return <>{t(`kind.${text}`, { _: text })}</>;
  if (name === 'certificate') return <CertificatePrint certificate={text} />;
  if (name === 'organisationIds') return <>{t(`organisation_ids.${value === true ? 'yes' : 'no'}`)}</>;
  if (name === 'minimumAcr') return <>{t(`acr.${text}`, { _: text })}</>;
  if (name === 'profile') return <>{t(`profile.${text}`, { _: text })}</>;
  if (CHOICES[name] !== undefined) return <>{t(`${CHOICES[name]}.${text}`, { _: text })}</>;
  if (TECHNICAL.has(name) || /^https?:/.test(text)) return <Mono>{text}</Mono>;
  return <>{text}</>;
}
