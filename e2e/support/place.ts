import { inject } from 'vitest';

export type Urls = Record<'portal' | 'idp' | 'consent' | 'ledger' | 'admin' | 'verifier' | 'chain', string>;

/** Where a running country can be found. */
export type Place = { urls: Urls; data: string; cardUrl: string; base: number };

/** Offsets of the demo agencies within the port block. */
const OFFSETS = { school: 10, bank: 11, 'land-office': 12, library: 18, 'district-office': 25 } as const;

export function agencyUrl(place: Place, agency: keyof typeof OFFSETS): string {
  return `http://localhost:${place.base + OFFSETS[agency]}`;
}

/** The country that all journeys share. */
export const sharedPlace = (): Place => inject('place');
