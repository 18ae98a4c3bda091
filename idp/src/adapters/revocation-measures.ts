import type { Measure } from '@xinlu/common/http';
import type { SourceStatus } from '@xinlu/pki';

const LABELS = ['authority', 'url'] as const;

function measure(name: string, help: string, read: (status: SourceStatus) => number | null) {
  return (status: () => SourceStatus[]): Measure => ({
    name: `xinlu_revocation_list_${name}`,
    help,
    labels: LABELS,
    read: () =>
      status().flatMap((source) => {
        const value = read(source);
        const labels = { authority: source.issuerName, url: source.url };
        return value === null ? [] : [{ labels, value }];
      }),
  });
}

const MEASURES = [
  measure('fresh', '1 when a list is held and not past its next update', ({ state }) =>
    Number(state === 'fresh'),
  ),
  measure('age_seconds', 'Time since the list was issued', ({ ageSeconds }) => ageSeconds),
  measure('entries', 'Revoked certificates in the list', ({ entries }) => entries),
  measure('bytes', 'Memory that its index holds', ({ heldBytes }) => heldBytes),
  measure('failures', 'Failed fetches since the start', ({ failures }) => failures),
  measure(
    'failures_in_a_row',
    'Failed fetches since the last that succeeded',
    ({ failuresInARow }) => failuresInARow,
  ),
];

/** What an operator watches of each source of revocations: once it is not fresh, cards of its authority let nobody in. */
export function revocationMeasures(status: () => SourceStatus[]): Measure[] {
  return MEASURES.map((of) => of(status));
}
