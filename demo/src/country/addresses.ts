/** Where each service of the block stands, as an offset from the first port (`XINLU_PORT`). */
export const portOffsets = {
  portal: 0,
  idp: 1,
  consent: 2,
  ledger: 3,
  admin: 4,
  verifier: 5,
  chain: 6,
  school: 10,
  bank: 11,
  'land-office': 12,
  household: 13,
  welfare: 14,
  tax: 15,
  'government-pki': 16,
  'civil-registry': 17,
  library: 18,
  land: 19,
  vehicle: 20,
  business: 21,
  'health-insurance': 22,
  'labour-insurance': 23,
  energy: 24,
  'district-office': 25,
} as const;

export type Site = keyof typeof portOffsets;

export type Addresses = { port(site: Site): number; url(site: Site): string };

/** The addresses of a country whose block of ports begins at `base`. */
export const addressesFrom = (base: number): Addresses => ({
  port: (site) => base + portOffsets[site],
  url: (site) => `http://localhost:${base + portOffsets[site]}`,
});
