import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { logOriginOf, placesOf, portsOf, witnesses, witnessNameOf } from './country.mjs';
import { writeAtomically } from './data-folder.mjs';

/**
 * Tells the witnesses which log to watch, and the log whom to ask: public keys and addresses, written anew at each
 * start, since names hang on the ports.
 * @param {ReturnType<import('./country.mjs').readSettings>} settings
 */
export function introduceWitnesses(settings) {
  const places = placesOf(settings);
  const ports = portsOf(settings);
  writeAtomically(places.witnessLogs, `${verifierKey(places.logKey, logOriginOf(settings), 1)}\n`);
  const policy = {
    quorum: witnesses.quorum,
    witnesses: witnesses.ids.map((id) => ({
      vkey: verifierKey(places.witnessKey(id), witnessNameOf(settings, id), 4),
      url: `http://127.0.0.1:${ports[id]}`,
    })),
  };
  writeAtomically(places.witnessPolicy, `${JSON.stringify(policy, null, 2)}\n`);
}

/** A C2SP verifier key, `name+id+base64(type || key)`, of the Ed25519 key in a PEM file. */
function verifierKey(file, name, type) {
  const { x } = createPublicKey(readFileSync(file)).export({ format: 'jwk' });
  const typed = Buffer.concat([Buffer.from([type]), Buffer.from(x, 'base64url')]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, 8);
  return `${name}+${id}+${typed.toString('base64')}`;
}
