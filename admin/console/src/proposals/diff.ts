export type DiffRow = {
  /** Where, as names from the top: ['relyingParty', 'sector']. */
  path: readonly string[];
  before: unknown;
  after: unknown;
  changed: boolean;
};

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// A register entry is read in this order, whatever order its JSON has.
const ORDER = [
  'name',
  'zh-TW',
  'en',
  'id',
  'oid',
  'kind',
  'homepage',
  'roles',
  'relyingParty',
  'sector',
  'redirectUris',
  'minimumAcr',
  'profile',
  'purposes',
  'consentRedirectUris',
  'postLogoutRedirectUris',
  'backchannelLogoutUri',
  'client',
  'authentication',
  'method',
  'senderConstraint',
  'grants',
  'holders',
  'organisationIds',
  'delegation',
  'kinds',
  'actions',
  'provider',
  'endpoint',
  'datasets',
  'issuer',
  'credentialTypes',
  'certificateAuthority',
  'identity',
  'maximumAcr',
  'certificate',
  'policies',
  'crls',
  'ocsp',
  'url',
  'whenSilent',
  'keys',
  'validFrom',
  'validUntil',
];

function rank(name: string): number {
  const index = ORDER.indexOf(name);
  return index === -1 ? ORDER.length : index;
}

/** Every field of both, one row each; lists are one row. `before` null: all of `after` is new. */
export function diff(before: unknown, after: unknown, path: readonly string[] = []): DiffRow[] {
  if (!isPlain(before) && !isPlain(after)) return [{ path, before, after, changed: !same(before, after) }];
  const left = isPlain(before) ? before : {};
  const right = isPlain(after) ? after : {};
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort((a, b) => rank(a) - rank(b));
  return names.flatMap((name) => diff(left[name], right[name], [...path, name]));
}
