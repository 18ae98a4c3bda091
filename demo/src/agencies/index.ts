import { fileURLToPath } from 'node:url';
import type { AppInstance } from '@xinlu/common/http';
import type { Country } from '../country/country.ts';
import { buildCardAgent } from './card-agent/app.ts';
import { buildCivilRegistry } from './civil-registry/app.ts';
import { buildGovernmentPki } from './government-pki/app.ts';
import { buildLandOffice } from './land-office/app.ts';
import { buildLibrary } from './library/app.ts';
import { buildPortal } from './portal/app.ts';
import { buildProvider } from './provider/app.ts';
import { providerPlans } from './provider/sources.ts';
import { buildRelyingParty } from './relying-party/app.ts';
import { bank } from './relying-party/bank/profile.ts';
import { districtOffice } from './relying-party/district-office/profile.ts';
import { school } from './relying-party/school/profile.ts';
import { buildVerifierPage } from './verifier-page/app.ts';

/** One agency's site and where it listens. `optional`: the country goes on when something else holds the port. */
export type AgencySite = { app: AppInstance; port: number; optional?: boolean };

export type Agencies = {
  sites: AgencySite[];
  portTaken(port: number): void;
  /** Starts and stops what works in the background. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

const builtVerifierPage = fileURLToPath(new URL('../../../verifier/dist/page/', import.meta.url));

/** Every agency of the demo country, built and not yet listening. */
export const buildAgencies = async (
  country: Country,
  options: { registerReady: () => boolean; verifierPageFolder: string | undefined },
): Promise<Agencies> => {
  const { addresses } = country;
  let takenPort: number | undefined;
  const portal = await buildPortal(country, {
    ready: async () => ({ store: await country.kv.healthy(), register: options.registerReady() }),
    cardPortTaken: () => takenPort,
  });
  const cardAgent = await buildCardAgent(country);
  const parties: AgencySite[] = [];
  for (const profile of [school, bank, districtOffice])
    parties.push({
      app: (await buildRelyingParty(country, profile)).app,
      port: addresses.port(profile.id),
    });
  const providers: AgencySite[] = [];
  for (const plan of providerPlans)
    providers.push({ app: (await buildProvider(country, plan)).app, port: addresses.port(plan.id) });
  const landOffice = await buildLandOffice(country);
  return {
    sites: [
      { app: portal.app, port: addresses.port('portal') },
      {
        app: (await buildVerifierPage(country, options.verifierPageFolder ?? builtVerifierPage)).app,
        port: addresses.port('verifier'),
      },
      { app: (await buildGovernmentPki(country)).app, port: addresses.port('government-pki') },
      { app: (await buildCivilRegistry(country)).app, port: addresses.port('civil-registry') },
      { app: landOffice.app, port: addresses.port('land-office') },
      { app: (await buildLibrary(country)).app, port: addresses.port('library') },
      ...parties,
      ...providers,
      {
        app: cardAgent.app,
        port: Number(new URL(country.services.cardAgentUrl).port),
        optional: true,
      },
    ],
    portTaken: (port) => {
      takenPort = port;
    },
    start: () => landOffice.start(),
    stop: () => landOffice.stop(),
  };
};
