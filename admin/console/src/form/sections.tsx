import { Box, FormHelperText } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Section } from '../components/section.tsx';
import { MANDATE_KINDS } from './delegation-draft.ts';
import { HOLDERS, sectorFrom } from './draft.ts';
import { Choice, Field, inputId, MomentField, Roles, Ticks, useForm } from './fields.tsx';
import { FileOrPaste } from './file-or-paste.tsx';
import { Grid } from './grid.tsx';
import { KeyRows } from './key-rows.tsx';
import { readKeys } from './read-keys.ts';

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
        <KeyRows
          keys={draft.keys}
          labelOf={(key) => t(`key_use.${key.use}`)}
          empty={t('form.no_keys')}
          remove={(key) => set({ keys: draft.keys.filter((other) => other !== key) })}
        />
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
        <Field name="redirectUris" technical lines={2} />
        <RelyingPartySector />
        <Choice name="minimumAcr" choices={levels} />
        <Choice name="profile" choices={profiles} />
        <Field name="postLogoutRedirectUris" technical lines={2} />
        <Field name="backchannelLogoutUri" technical />
        <Field name="purposes" technical lines={2} />
        <Field name="consentRedirectUris" technical lines={2} />
        <Ticks name="holders" values={HOLDERS} words="holder" />
        <Choice
          name="organisationIds"
          choices={['no', 'yes'].map((value) => ({ value, label: t(`organisation_ids.${value}`) }))}
        />
        <Ticks name="delegationKinds" values={MANDATE_KINDS} words="mandate_kind" />
        <Field name="delegationActions" lines={3} />
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

export function CertificateAuthoritySection() {
  const t = useTranslate();
  const { draft } = useForm();
  if (!draft.roles.includes('certificate-authority')) return null;
  const choices = (under: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`${under}.${value}`) }));
  return (
    <Section title={t('form.certificate_authority')}>
      <Grid>
        <Field name="certificate" required technical lines={3} />
        <Box sx={{ display: 'grid', gap: 2.25, alignContent: 'start' }}>
          <Choice
            name="cardIdentity"
            choices={choices('card_identity', ['citizen', 'health-insured', 'organisation', 'agency'])}
          />
          <Choice name="cardAcr" choices={choices('card_acr', ['low', 'substantial', 'high'])} />
        </Box>
        <Field name="policies" required technical lines={2} />
        <Field name="crls" required technical lines={2} />
        <Field name="ocspUrl" technical />
        {draft.ocspUrl.trim() !== '' && (
          <Choice name="ocspSilent" choices={choices('ocsp_silent', ['use-list', 'refuse'])} />
        )}
      </Grid>
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
