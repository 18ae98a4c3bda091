import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import { Box, IconButton } from '@mui/material';
import { useTranslate } from 'react-admin';
import { Mono } from '../components/facts.tsx';
import { Tag } from '../components/tag.tsx';

/** Keys by thumbprint, each with a way to take it out again. */
export function KeyRows<K extends { kid: string }>({
  keys,
  labelOf,
  empty,
  remove,
}: {
  keys: readonly K[];
  labelOf: (key: K) => string;
  empty: string;
  remove: (key: K) => void;
}) {
  const t = useTranslate();
  if (keys.length === 0) return <Box sx={{ color: 'text.secondary', mb: 2 }}>{empty}</Box>;
  return (
    <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, mb: 2, display: 'grid', gap: 1 }}>
      {keys.map((key) => (
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
          <Tag text={labelOf(key)} tone="info" />
          <Box sx={{ flex: 1, minWidth: 0, py: 1 }}>
            <Mono>{key.kid}</Mono>
          </Box>
          <IconButton
            aria-label={t('form.remove_key', { kid: key.kid.slice(0, 8) })}
            onClick={() => remove(key)}
          >
            <DeleteIcon />
          </IconButton>
        </Box>
      ))}
    </Box>
  );
}
