import AccountTreeIcon from '@mui/icons-material/AccountTreeOutlined';
import BadgeIcon from '@mui/icons-material/BadgeOutlined';
import FactCheckIcon from '@mui/icons-material/FactCheckOutlined';
import HistoryIcon from '@mui/icons-material/HistoryOutlined';
import HomeIcon from '@mui/icons-material/HomeOutlined';
import ListAltIcon from '@mui/icons-material/ListAltOutlined';
import { Menu, type MenuProps, useTranslate } from 'react-admin';
import { colours } from '../theme.ts';

export function ConsoleMenu(props: MenuProps) {
  const t = useTranslate();
  return (
    <Menu
      {...props}
      sx={{
        mt: 1.5,
        '& .RaMenuItemLink-root, & .MuiMenuItem-root': { py: 1.1, color: colours.ink },
        '& .RaMenuItemLink-active': {
          color: colours.blueDark,
          fontWeight: 700,
          bgcolor: colours.paleBlue,
          boxShadow: `inset 4px 0 0 ${colours.blue}`,
        },
      }}
    >
      <Menu.Item to="/" primaryText={t('ra.page.dashboard')} leftIcon={<HomeIcon />} />
      <Menu.Item to="/participants" primaryText={t('menu.participants')} leftIcon={<AccountTreeIcon />} />
      <Menu.Item to="/proposals" primaryText={t('menu.proposals')} leftIcon={<FactCheckIcon />} />
      <Menu.Item to="/operators" primaryText={t('menu.operators')} leftIcon={<BadgeIcon />} />
      <Menu.Item to="/versions" primaryText={t('menu.versions')} leftIcon={<HistoryIcon />} />
      <Menu.Item to="/audit" primaryText={t('menu.audit')} leftIcon={<ListAltIcon />} />
    </Menu>
  );
}
