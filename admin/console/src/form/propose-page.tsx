import { Alert, Box, Button, TextField } from '@mui/material';
import { type SubmitEvent, useEffect, useMemo, useState } from 'react';
import { Title, useTranslate } from 'react-admin';
import { useLocation, useNavigate, useParams } from 'react-router-dom';
import { ApiError, get, post } from '../api.ts';
import { useProblemText } from '../components/problem-text.ts';
import { PageHead, Section } from '../components/section.tsx';
import type { Fault, Participant, ParticipantWithHistory, Proposal } from '../wire.ts';
import { ClientSection, ResourcesSection } from './client-sections.tsx';
import { currentVersion } from './current-version.ts';
import { type Draft, draftOf, emptyDraft, participantOf } from './draft.ts';
import { FaultList, faultsByField } from './fault-list.tsx';
import { FormContext } from './fields.tsx';
import { FileOrPaste } from './file-or-paste.tsx';
import { readApplication } from './read-keys.ts';
import {
  CertificateAuthoritySection,
  IssuerSection,
  KeysSection,
  OrganisationSection,
  ProviderSection,
  RelyingPartySection,
  RolesSection,
  ValiditySection,
} from './sections.tsx';

type Refusal = { text: string; faults: readonly Fault[] };

/** What the form starts from: an earlier proposal's content, the participant as it stands, or nothing. */
function useStart(id: string | undefined) {
  const problemText = useProblemText();
  const given = useLocation().state as { draft?: Participant; reason?: string } | null;
  const [draft, setDraft] = useState<Draft | undefined>(() =>
    given?.draft !== undefined ? draftOf(given.draft) : id === undefined ? emptyDraft(new Date()) : undefined,
  );
  const [baseVersion, setBaseVersion] = useState<number>();
  const [fault, setFault] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the start is read once for each participant
  useEffect(() => {
    async function read() {
      setBaseVersion(await currentVersion());
      if (draft === undefined && id !== undefined)
        setDraft(draftOf(await get<ParticipantWithHistory>(`/api/participants/${encodeURIComponent(id)}`)));
    }
    read().catch((error: unknown) => setFault(problemText(error)));
  }, [id]);
  return { draft, setDraft, baseVersion, fault, reason: given?.reason ?? '' };
}

/** Proposes a new participant, or a change of one: a form in a clerk's words, filled from the party's own file. */
export function ProposePage() {
  const t = useTranslate();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const { id } = useParams();
  const start = useStart(id);
  const { draft, setDraft, baseVersion } = start;
  const [reason, setReason] = useState(start.reason);
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const [reasonMissing, setReasonMissing] = useState(false);
  const faults = useMemo(() => faultsByField(refusal?.faults ?? [], t), [refusal, t]);
  const title = t(id === undefined ? 'form.title_new' : 'form.title_change');

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (draft === undefined) return;
    setReasonMissing(reason.trim() === '');
    if (reason.trim() === '') {
      document.getElementById('reason')?.focus();
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    try {
      const proposal = await post<Proposal>('/api/proposals', {
        kind: id === undefined ? 'participant-add' : 'participant-change',
        baseVersion,
        reason: reason.trim(),
        participant: participantOf(draft),
      });
      navigate(`/proposals/${proposal.id}/show`);
    } catch (error) {
      setRefusal({ text: problemText(error), faults: error instanceof ApiError ? error.faults : [] });
      setBusy(false);
      window.scrollTo({ top: 0 });
    }
  }

  async function takeApplication(text: string) {
    setDraft(draftOf(await readApplication(text)));
  }

  const form = useMemo(
    () =>
      draft === undefined
        ? undefined
        : { draft, faults, set: (changes: Partial<Draft>) => setDraft({ ...draft, ...changes }) },
    [draft, faults, setDraft],
  );
  return (
    <>
      <Title title={title} />
      <PageHead title={title} lead={t('form.lead')} />
      {start.fault !== undefined && <Alert severity="error">{start.fault}</Alert>}
      {refusal !== undefined && <FaultList {...refusal} />}
      {form !== undefined && (
        <FormContext.Provider value={form}>
          <Box component="form" onSubmit={submit} noValidate>
            {id === undefined && (
              <Section title={t('form.application')}>
                <FileOrPaste
                  id="application-text"
                  label={t('form.application_label')}
                  hint={t('form.application_hint')}
                  take={takeApplication}
                />
              </Section>
            )}
            <OrganisationSection fixedId={id !== undefined} />
            <RolesSection />
            <KeysSection />
            <RelyingPartySection />
            <ClientSection />
            <ProviderSection />
            <IssuerSection />
            <ResourcesSection />
            <CertificateAuthoritySection />
            <ValiditySection />
            <Section title={t('form.why')}>
              <TextField
                id="reason"
                label={t('form.reason')}
                error={reasonMissing}
                helperText={t(reasonMissing ? 'form.reason_missing' : 'form.reason_hint')}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                multiline
                minRows={2}
                fullWidth
                required
                slotProps={{ htmlInput: { maxLength: 1000 }, inputLabel: { shrink: true } }}
              />
            </Section>
            <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', mt: 1 }}>
              <Button
                type="submit"
                variant="contained"
                size="large"
                disabled={busy || baseVersion === undefined}
              >
                {t('form.send')}
              </Button>
              <Button size="large" onClick={() => navigate(-1)}>
                {t('ra.action.cancel')}
              </Button>
            </Box>
          </Box>
        </FormContext.Provider>
      )}
    </>
  );
}
