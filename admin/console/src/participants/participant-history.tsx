import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Box, Link as MuiLink } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import { DiffTable } from '../proposals/diff-table.tsx';
import type { Revision } from '../wire.ts';

/** What changed in each version, newest first. */
export function ParticipantHistory({ history }: { history: readonly Revision[] }) {
  const t = useTranslate();
  return (
    <Section title={t('participants.history')}>
      {history.map((revision, index) => (
        <Accordion
          key={revision.version}
          variant="outlined"
          disableGutters
          slotProps={{ heading: { component: 'h3' } }}
        >
          <AccordionSummary expandIcon={<ExpandMoreIcon />}>
            <Box component="span">
              {t('participants.version_at', { version: revision.version })} <Moment at={revision.signedAt} />
            </Box>
          </AccordionSummary>
          <AccordionDetails>
            <Box sx={{ mb: 1 }}>
              {revision.proposal === null ? (
                t('participants.from_genesis')
              ) : (
                <MuiLink component={Link} to={`/proposals/${revision.proposal}/show`}>
                  {t('participants.by_proposal')}
                </MuiLink>
              )}
            </Box>
            <DiffTable before={history[index + 1]?.content ?? null} after={revision.content} onlyChanges />
          </AccordionDetails>
        </Accordion>
      ))}
    </Section>
  );
}
