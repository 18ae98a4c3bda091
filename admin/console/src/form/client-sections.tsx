import { Alert, Box, Checkbox, FormControlLabel, FormHelperText, FormLabel } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Section } from '../components/section.tsx';
import { useSession } from '../session.tsx';
import { AUTHENTICATION_METHODS, EXTRA_GRANTS } from './client-draft.ts';
import { Choice, Field, inputId, useForm } from './fields.tsx';
import { FileOrPaste } from './file-or-paste.tsx';
import { Grid } from './grid.tsx';
import { KeyRows } from './key-rows.tsx';
import { readClientKeys } from './read-keys.ts';

const SECRET = ['client_secret_basic', 'client_secret_post'];

/** How the party proves itself and what its tokens are bound to; closed to what the chosen method does not need. */
export function ClientSection() {
  const t = useTranslate();
  const { draft } = useForm();
  const { session } = useSession();
  if (!draft.roles.includes('rp')) return null;
  const choices = (group: string, values: readonly string[]) => [
    { value: '', label: t('client.by_profile') },
    ...values.map((value) => ({ value, label: t(`${group}.${value}`) })),
  ];
  // What was chosen before stays to be seen, and to be changed.
  const algorithms = new Set([...(session?.idTokenAlgorithms ?? []), draft.idTokenSignedResponseAlg]);
  algorithms.delete('');
  return (
    <Section title={t('client.title')}>
      <Alert severity="info" sx={{ mb: 2 }}>
        {t('client.lead')}
      </Alert>
      <Grid>
        <Choice name="authentication" choices={choices('client_authentication', AUTHENTICATION_METHODS)} />
        {draft.authentication === 'tls_client_auth' && <Field name="subjectDn" required technical />}
        {draft.authentication === 'self_signed_tls_client_auth' && (
          <Field name="certificates" required technical lines={3} />
        )}
        {SECRET.includes(draft.authentication) && <Field name="secretSha256" required technical lines={2} />}
        <Choice name="senderConstraint" choices={choices('client_constraint', ['dpop', 'mtls', 'none'])} />
        <Choice name="signedRequestObjects" choices={choices('client_signed', ['true', 'false'])} />
        <Choice name="codeProtection" choices={choices('client_code', ['pkce', 'nonce'])} />
        <Choice
          name="idTokenSignedResponseAlg"
          choices={[
            { value: '', label: t('client.by_profile') },
            ...[...algorithms].map((value) => ({ value, label: value })),
          ]}
        />
        <Field name="clientResources" technical lines={2} />
        <Grants />
      </Grid>
      <ClientKeys />
    </Section>
  );
}

function Grants() {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  return (
    <Box
      component="fieldset"
      id={inputId('grants')}
      tabIndex={-1}
      sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}
    >
      <FormLabel component="legend">{t('form_field.grants')}</FormLabel>
      {faults.grants !== undefined && <FormHelperText error>{faults.grants.join('；')}</FormHelperText>}
      {EXTRA_GRANTS.map((grant) => (
        <FormControlLabel
          key={grant}
          sx={{ display: 'flex', my: 0.25 }}
          control={
            <Checkbox
              checked={draft.grants.includes(grant)}
              sx={{ py: 0.25 }}
              onChange={(event) =>
                set({
                  grants: event.target.checked
                    ? [...draft.grants, grant]
                    : draft.grants.filter((held) => held !== grant),
                })
              }
            />
          }
          label={t(`client_grant.${grant}`)}
        />
      ))}
    </Box>
  );
}

function ClientKeys() {
  const t = useTranslate();
  const { draft, set, faults } = useForm();
  return (
    <Box id={inputId('clientKeys')} tabIndex={-1} sx={{ mt: 2 }}>
      <FormLabel>{t('form_field.clientKeys')}</FormLabel>
      <KeyRows
        keys={draft.clientKeys}
        labelOf={(key) => key.alg}
        empty={t('client.no_keys')}
        remove={(key) => set({ clientKeys: draft.clientKeys.filter((other) => other !== key) })}
      />
      {faults.clientKeys !== undefined && (
        <FormHelperText error sx={{ mb: 1 }}>
          {faults.clientKeys.join('；')}
        </FormHelperText>
      )}
      <FileOrPaste
        id="client-keys-text"
        label={t('client.keys_label')}
        hint={t('client.keys_hint')}
        take={async (text) => {
          const read = await readClientKeys(text);
          const known = new Set(draft.clientKeys.map((key) => key.kid));
          set({ clientKeys: [...draft.clientKeys, ...read.filter((key) => !known.has(key.kid))] });
        }}
      />
    </Box>
  );
}

export function ResourcesSection() {
  const t = useTranslate();
  return (
    <Section title={t('client.resources')}>
      <Grid>
        <Field name="jwtResources" technical lines={2} />
        <Field name="opaqueResources" technical lines={2} />
      </Grid>
    </Section>
  );
}
