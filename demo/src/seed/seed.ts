import { join } from 'node:path';
import type { Clock } from '@xinlu/common/clock';
import { type Genesis, parseGenesis } from '@xinlu/common/wire';
import { addressesFrom } from '../country/addresses.ts';
import { countryFiles, keepJson, writePrivateJson } from '../country/files.ts';
import { firstParticipants } from '../country/participants.ts';
import { foundAuthorities } from './authorities.ts';
import { cardAuthorities } from './card-authorities.ts';
import { personaliseCards } from './cards.ts';
import { makeDemoKeys, publicKeysOf } from './keys.ts';
import { appointOperators, genesisOperators } from './operators.ts';
import { certifySeals } from './seals.ts';
import { describeTrustAnchors } from './trust-anchors.ts';

/** Certificates and registrations begin a day before the seed, so that a clock that is a little behind accepts them. */
const DAY = 24 * 3600_000;

/**
 * Founds the demo country in `countryFolder`: authorities, cards, keys, operators, and the two papers that other services
 * start from, `genesis.json` and `pki.json`. Run again it changes nothing that exists; those two papers are derived
 * anew from the same facts, so that a changed port block shows in them.
 */
export const seedCountry = async (options: {
  countryFolder: string;
  keysFolder: string;
  portBase: number;
  clock: Clock;
}): Promise<void> => {
  const files = countryFiles(options.countryFolder);
  const addresses = addressesFrom(options.portBase);
  const founded = new Date(
    keepJson(files.founding, () => ({
      founded: new Date(Math.floor((options.clock.now().getTime() - DAY) / 1000) * 1000).toISOString(),
    })).founded,
  );
  foundAuthorities(files, addresses, founded);
  personaliseCards(files, addresses, founded);
  await makeDemoKeys(files);
  certifySeals(files, addresses, founded);
  const operators = appointOperators(files);
  const keysOf = publicKeysOf(files, (id) => join(options.keysFolder, `${id}.public.json`));
  const genesis: Genesis = {
    participants: [
      ...firstParticipants(addresses, keysOf, founded),
      ...cardAuthorities(files, addresses, founded),
    ],
    operators: genesisOperators(operators),
  };
  writePrivateJson(files.genesis, parseGenesis.parse(genesis));
  writePrivateJson(files.pki, describeTrustAnchors(files, addresses));
};
