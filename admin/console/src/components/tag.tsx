import { Box } from '@mui/material';
import { colours } from '../theme.ts';

export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad';

const tones: Record<Tone, { bgcolor: string; color: string }> = {
  neutral: { bgcolor: '#edeff0', color: '#3d4551' },
  info: { bgcolor: colours.paleBlue, color: colours.blueDark },
  good: { bgcolor: colours.paleGreen, color: '#0b5229' },
  warn: { bgcolor: colours.paleAmber, color: '#5c4400' },
  bad: { bgcolor: colours.paleRed, color: '#8b0a03' },
};

/** A small state word; its meaning is in the word, the colour only helps. */
export function Tag({ text, tone = 'neutral' }: { text: string; tone?: Tone }) {
  return (
    <Box
      component="span"
      sx={{
        ...tones[tone],
        display: 'inline-block',
        px: 1,
        py: 0.25,
        borderRadius: 0.5,
        fontSize: '0.8125rem',
        fontWeight: 600,
        lineHeight: 1.5,
        whiteSpace: 'nowrap',
      }}
    >
      {text}
    </Box>
  );
}
