/**
 * The directions of the code. A room is a folder that owns a process or a package.
 * Inside a service: main -> app -> http -> domain <- adapters.
 */

/** What each room may import besides itself. A room not named here may import everything (bench, e2e). */
const mayImport = {
  common: [],
  pki: [],
  verifier: [],
  // Its page is looked at by the same eyes as all others.
  'verifier/test': ['common', 'verifier'],
  contracts: [],
  idp: ['common', 'pki'],
  consent: ['common', 'pki'],
  // The broker's tests talk to real counterparts: the kits.
  'consent/test': ['common', 'consent', 'consent/connector', 'consent/rp-kit'],
  'consent/connector': ['common'],
  'consent/rp-kit': ['common'],
  ledger: ['common', 'contracts', 'verifier'],
  'ledger/issuer-kit': ['common', 'contracts', 'verifier'],
  // A witness is independent of the log that it watches.
  'ledger/witness': ['common', 'verifier', 'verifier/test'],
  // The kit is tested through the real ledger.
  'ledger/issuer-kit/test': [
    'common',
    'contracts',
    'verifier',
    'ledger',
    'ledger/issuer-kit',
    'ledger/witness',
  ],
  admin: ['common', 'pki'],
  'admin/console': [],
  demo: ['common', 'pki', 'consent/connector', 'consent/rp-kit', 'ledger/issuer-kit', 'verifier'],
};

const everyRoom = [...Object.keys(mayImport), 'e2e', 'bench'];

/** The files of a room, without those of a room that stands inside its folder. */
function filesOf(room) {
  const inner = everyRoom
    .filter((other) => other.startsWith(`${room}/`))
    .map((other) => other.slice(room.length + 1));
  return `^${room}/(?!node_modules/${inner.map((name) => `|${name}/`).join('')})`;
}

const rooms = Object.entries(mayImport).map(([room, allowed]) => ({
  name: `room-${room.replace('/', '-')}`,
  comment: `${room} may import ${allowed.join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: filesOf(room) },
  to: { path: everyRoom.filter((other) => other !== room && !allowed.includes(other)).map(filesOf) },
}));

/** Packages that reach a network, a store or a page: none of the domain's business. */
const transports = [
  'fastify',
  '@fastify',
  'oidc-provider',
  'openid-client',
  'undici',
  'pg',
  'pg-boss',
  'redis',
  'ethers',
  'playwright-core',
  'react',
  'vite',
  'ghtml',
].map((name) => `(^|/)node_modules/${name}/`);
const transportsOfNode = '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|cluster)$';
const transportsOfCommon =
  '^common/src/(http|http-signature|kv|oidc-client|page|rate-limit|register|service|sessions|testing)/';

const layers = [
  {
    name: 'domain-imports-no-layer',
    comment: 'The domain is what the others stand on: it imports no layer, transport or store.',
    severity: 'error',
    from: { path: '/src/domain/' },
    to: { path: '/src/(http|adapters|pages|main\\.ts|app\\.ts|config\\.ts)' },
  },
  {
    name: 'domain-imports-no-transport',
    comment:
      'No framework, store, fetch or page in the domain; the types of a port stand beside the code that needs it.',
    severity: 'error',
    from: { path: '/src/domain/' },
    to: { path: [...transports, transportsOfNode], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'domain-imports-no-common-transport',
    severity: 'error',
    from: { path: '/src/domain/' },
    to: { path: transportsOfCommon, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'adapters-import-no-http',
    comment: 'adapters -> domain only.',
    severity: 'error',
    from: { path: '/src/adapters/' },
    to: { path: '/src/(http/|pages/|app\\.ts|main\\.ts)', pathNot: '^common/' },
  },
  {
    name: 'http-imports-no-adapter',
    comment: 'http -> domain; adapters come in as arguments.',
    severity: 'error',
    from: { path: '^(?!common/).*/src/http/' },
    to: { path: '/src/(adapters/|app\\.ts|main\\.ts|config\\.ts)' },
  },
  {
    name: 'pages-show-only',
    comment: 'A page is made of what it is given.',
    severity: 'error',
    from: { path: '^(?!common/).*/src/pages/' },
    to: {
      path: '/src/(adapters/|http/|app\\.ts|main\\.ts|config\\.ts)',
      pathNot: '^common/',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'app-reads-no-environment',
    comment: 'buildApp(deps) is given its adapters and its configuration.',
    severity: 'error',
    from: { path: '/src/app\\.ts$' },
    to: { path: '/src/(adapters/|main\\.ts)', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'nothing-imports-main',
    severity: 'error',
    from: {},
    to: { path: '/src/main\\.ts$' },
  },
];

const hygiene = [
  {
    name: 'no-circles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'declared-packages-only',
    comment: "A package that is imported stands in the room's own package.json.",
    severity: 'error',
    from: { path: '/src/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'source-imports-no-test',
    severity: 'error',
    from: { path: '/src/', pathNot: '^common/src/testing/' },
    to: { path: ['/test/', '^common/src/testing/', '(^|/)node_modules/(vitest|fast-check)/'] },
  },
];

module.exports = {
  forbidden: [...rooms, ...layers, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Our own build output, never that of a package: an excluded package could be imported unseen.
    exclude: {
      path: ['^verifier/dist/', '^pki/dist/', '^admin/console/dist/', '^contracts/(artifacts|cache)/'],
    },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
