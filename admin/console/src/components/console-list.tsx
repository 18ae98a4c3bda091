import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { ListBase, type ListBaseProps, Pagination, Title } from 'react-admin';
import { PageHead } from './section.tsx';

/** A list page: heading with actions, filters, rows, pages. */
export function ConsoleList({
  title,
  lead,
  actions,
  filters,
  children,
  ...list
}: ListBaseProps & {
  title: string;
  lead?: string;
  actions?: ReactNode;
  filters?: ReactNode;
  children: ReactNode;
}) {
  return (
    <ListBase perPage={25} disableSyncWithLocation={false} {...list}>
      <Title title={title} />
      <PageHead
        title={title}
        {...(lead === undefined ? {} : { lead })}
        {...(actions === undefined ? {} : { actions })}
      />
      {filters !== undefined && <Box sx={{ mb: 2 }}>{filters}</Box>}
      {children}
      <Pagination rowsPerPageOptions={[25, 50, 100]} />
    </ListBase>
  );
}
