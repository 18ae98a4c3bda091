import {
  Box,
  Card,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  type Theme,
  Typography,
  useMediaQuery,
} from '@mui/material';
import type { ReactNode } from 'react';
import { type RaRecord, useListContext, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import { colours } from '../theme.ts';

export type Column<T> = {
  label: string;
  render: (record: T) => ReactNode;
  /** The column that names the row; it carries the link. */
  names?: boolean;
};

type RowsProps<T> = {
  caption: string;
  columns: readonly Column<T>[];
  to?: (record: T) => string;
};

function NameLink({ to, children }: { to: string | undefined; children: ReactNode }) {
  if (to === undefined) return <>{children}</>;
  return (
    <Box component={Link} to={to} sx={{ color: colours.blue, fontWeight: 700 }}>
      {children}
    </Box>
  );
}

function RowTable<T extends RaRecord>({ caption, columns, to, data }: RowsProps<T> & { data: readonly T[] }) {
  return (
    <Card>
      <TableContainer>
        <Table aria-label={caption}>
          <TableHead>
            <TableRow>
              {columns.map((column) => (
                <TableCell key={column.label}>{column.label}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {data.map((record) => (
              <TableRow key={record.id} hover>
                {columns.map((column) => (
                  <TableCell key={column.label} sx={{ verticalAlign: 'top' }}>
                    {column.names === true ? (
                      <NameLink to={to?.(record)}>{column.render(record)}</NameLink>
                    ) : (
                      column.render(record)
                    )}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
    </Card>
  );
}

function RowCards<T extends RaRecord>({ caption, columns, to, data }: RowsProps<T> & { data: readonly T[] }) {
  const rest = columns.filter((column) => column.names !== true);
  const name = columns.find((column) => column.names === true);
  return (
    <Box
      component="ul"
      aria-label={caption}
      sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 1.25 }}
    >
      {data.map((record) => (
        <Card component="li" key={record.id} sx={{ p: 1.75 }}>
          {name !== undefined && (
            <Box sx={{ mb: 0.75, fontSize: '1.0625rem' }}>
              <NameLink to={to?.(record)}>{name.render(record)}</NameLink>
            </Box>
          )}
          {rest.map((column) => (
            <Box key={column.label} sx={{ display: 'flex', gap: 1, py: 0.25, fontSize: '0.9375rem' }}>
              <Box component="span" sx={{ color: colours.quiet, flex: '0 0 84px' }}>
                {column.label}
              </Box>
              <Box component="span" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                {column.render(record)}
              </Box>
            </Box>
          ))}
        </Card>
      ))}
    </Box>
  );
}

/** A list's rows: a table where there is room, cards where there is not. */
export function Rows<T extends RaRecord>(props: RowsProps<T>) {
  const { data, isPending, filterValues } = useListContext<T>();
  const wide = useMediaQuery<Theme>((theme) => theme.breakpoints.up('md'));
  const t = useTranslate();
  if (isPending) return null;
  if (data === undefined || data.length === 0) {
    const filtered = Object.keys(filterValues).length > 0;
    return (
      <Card sx={{ p: 4, textAlign: 'center' }}>
        <Typography sx={{ color: 'text.secondary' }}>
          {t(filtered ? 'list.none_filtered' : 'list.none')}
        </Typography>
      </Card>
    );
  }
  return wide ? <RowTable {...props} data={data} /> : <RowCards {...props} data={data} />;
}
