import { Box, Typography } from '@mui/material';
import { useTranslate } from 'react-admin';

/** The system's mark and name with the register's below, as in the header of the citizens' pages. */
export function Brand() {
  const t = useTranslate();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.25, flex: 1, minWidth: 0 }}>
      <Box
        component="img"
        src="/assets/xinlu.svg"
        alt=""
        sx={{
          width: 34,
          height: 34,
          flex: 'none',
          display: 'block',
          borderRadius: 2,
          border: '1px solid #8fa3bd',
        }}
      />
      <Box sx={{ minWidth: 0, lineHeight: 1.25 }}>
        <Typography component="span" noWrap sx={{ display: 'block', fontWeight: 700, lineHeight: 1.25 }}>
          <span lang="zh-TW">信路</span> <span lang="en">Xinlu</span>
        </Typography>
        <Typography component="span" noWrap sx={{ display: 'block', fontSize: '0.875rem', lineHeight: 1.25 }}>
          {t('app.name')}
        </Typography>
      </Box>
    </Box>
  );
}
