import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import { Box, FormHelperText, IconButton } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslate } from 'react-admin';
import { Mono } from '../components/facts.tsx';
import { Section } from '../components/section.tsx';
import { Tag } from '../components/tag.tsx';
import { sectorFrom } from './draft.ts';
import { Choice, Field, inputId, MomentField, Roles, useForm } from './fields.tsx';
import { FileOrPaste } from './file-or-paste.tsx';
import { readKeys } from './read-keys.ts';

function Grid({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2.25,
        gridTemplateColumns: { xs: 'minmax(0,1fr)', md: '1fr 1fr' },
        pt: 0.75,
      }}
    >
      {children}
    </Box>
  );
}

export function OrganisationSection({ fixedId }: { fixedId: boolean }) {
  const t = useTranslate();
  const kinds = ['government', 'private'].map((value) => ({ value, label: t(`kind.${value}`) }));
  return (
    <Section title={t('form.organisation')}>
      <Grid>
        <Field name="nameZh" required />
        <Field name="nameEn" required />
        <Field name="id" required technical disabled={fixedId} />
        <Field name="oid" required technical />
        <Choice name="kind" choices={kinds} />
        <Field name="homepage" required technical />
      </Grid>
    </Section>
  );
}

export function RolesSection() {
  const t = useTranslate();
  return (
    <Section title={t('form.roles')}>
      <Roles />
    </Section>
  );
}

export function KeysSection() {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  return (
    <Section title={t('form.keys')}>
      <Box id={inputId('keys')} tabIndex={-1}>
        {draft.keys.length === 0 ? (
          <Box sx={{ color: 'text.secondary', mb: 2 }}>{t('form.no_keys')}</Box>
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, mb: 2, display: 'grid', gap: 1 }}>
            {draft.keys.map((key) => (
              <Box
                component="li"
                key={key.kid}
                sx={{
                  display: 'flex',
                  gap: 1,
                  alignItems: 'center',
                  border: '1px solid #c6cace',
                  borderRadius: 1,
                  pl: 1.5,
                }}
              >
                <Tag text={t(`key_use.${key.use}`)} tone="info" />
                <Box sx={{ flex: 1, minWidth: 0, py: 1 }}>
                  <Mono>{key.kid}</Mono>
                </Box>
                <IconButton
                  aria-label={t('form.remove_key', { kid: key.kid.slice(0, 8) })}
                  onClick={() => set({ keys: draft.keys.filter((other) => other !== key) })}
                >
                  <DeleteIcon />
                </IconButton>
              </Box>
            ))}
          </Box>
        )}
        {faults.keys !== undefined && (
          <FormHelperText error sx={{ mb: 1 }}>
            {faults.keys.join('；')}
          </FormHelperText>
        )}
        <FileOrPaste
          id="keys-text"
          label={t('form.keys_label')}
          hint={t('form.keys_hint')}
          take={async (text) => {
            const read = await readKeys(text);
            const known = new Set(draft.keys.map((key) => key.kid));
            set({ keys: [...draft.keys, ...read.filter((key) => !known.has(key.kid))] });
          }}
        />
      </Box>
    </Section>
  );
}

export function RelyingPartySection() {
  const t = useTranslate();
  const { draft } = useForm();
  if (!draft.roles.includes('rp')) return null;
  const levels = ['low', 'substantial', 'high'].map((value) => ({ value, label: t(`acr.${value}`) }));
  const profiles = ['fapi2', 'basic'].map((value) => ({ value, label: t(`profile.${value}`) }));
  return (
    <Section title={t('form.relying_party')}>
      <Grid>
        <Field name="redirectUris" required technical lines={2} />
        <RelyingPartySector />
        <Choice name="minimumAcr" choices={levels} />
        <Choice name="profile" choices={profiles} />
        <Field name="postLogoutRedirectUris" technical lines={2} />
        <Field name="backchannelLogoutUri" technical />
        <Field name="purposes" technical lines={2} />
        <Field name="consentRedirectUris" technical lines={2} />
      </Grid>
    </Section>
  );
}

function RelyingPartySector() {
  const t = useTranslate();
  const { draft, set } = useForm();
  const offered = sectorFrom(draft.redirectUris);
  return (
    <Box>
      <Field name="sector" required technical />
      {offered !== '' && draft.sector === '' && (
        <Box
          component="button"
          type="button"
          onClick={() => set({ sector: offered })}
          sx={{
            border: 0,
            bgcolor: 'transparent',
            color: 'primary.main',
            textDecoration: 'underline',
            cursor: 'pointer',
            p: 0.5,
            font: 'inherit',
          }}
        >
          {t('form.use_sector', { sector: offered })}
        </Box>
      )}
    </Box>
  );
}

export function ProviderSection() {
  const t = useTranslate();
  const { draft } = useForm();
  if (!draft.roles.includes('provider')) return null;
  return (
    <Section title={t('form.provider')}>
      <Grid>
        <Field name="endpoint" required technical />
        <Field name="datasets" required technical lines={2} />
      </Grid>
    </Section>
  );
}

export function IssuerSection() {
  const t = useTranslate();
  const { draft } = useForm();
  if (!draft.roles.includes('issuer')) return null;
  return (
    <Section title={t('form.issuer')}>
      <Field name="credentialTypes" required technical lines={2} />
    </Section>
  );
}

export function ValiditySection() {
  const t = useTranslate();
  return (
    <Section title={t('form.validity')}>
      <Grid>
        <MomentField name="validFrom" required />
        <MomentField name="validUntil" />
      </Grid>
    </Section>
  );
}
