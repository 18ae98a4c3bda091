import { isAssertionOver } from '../document/assertion.ts';
import { isObject, isSignedBy, type JsonObject, parseJws } from '../document/jws.ts';
import { base64url, sha256, utf8 } from '../encoding/bytes.ts';
import { canonicalJson } from '../encoding/canonical-json.ts';
import { check, claimedSigner, type Step } from './check.ts';
import { inForce } from './check-key.ts';
import { toTime } from './check-time.ts';
import { nameValues } from './names.ts';

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const hashOf = (value: unknown) => base64url(sha256(utf8(canonicalJson(value))));
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Whether what she signed says the same as the receipt: consent, parties, purpose, fields, time. */
function isOfReceipt(receipt: JsonObject, statement: JsonObject, particulars: JsonObject): boolean {
  const processing = list(receipt['pii_processing']);
  const names = (fields: unknown) => list(fields).map((field) => member(field, 'name'));
  const once = member(receipt['validity'], 'once') === true;
  const said = {
    consent: receipt['record_id'],
    broker: receipt['iss'],
    client: member(receipt['pii_controller'], 'id'),
    subject: receipt['pii_principal_id'],
    purpose: [member(receipt['purpose'], 'id'), member(receipt['purpose'], 'version')],
    until: once ? null : new Date(String(member(receipt['validity'], 'until'))).getTime(),
    datasets: processing.map((one) => member(one, 'dataset')),
    data: processing.map((one) => [
      member(one, 'dataset'),
      member(member(one, 'source'), 'id'),
      names(member(one, 'fields')),
      names(member(one, 'left_out')),
    ]),
    extent: processing.map((one) => [member(one, 'retention'), member(one, 'frequency')]),
  };
  const data = list(particulars['data']);
  const { until } = statement;
  const signed = {
    consent: statement['consent_id'],
    broker: statement['broker'],
    client: statement['client_id'],
    subject: statement['subject'],
    purpose: [member(statement['purpose'], 'id'), member(statement['purpose'], 'version')],
    until: until === null ? null : new Date(String(until)).getTime(),
    datasets: list(statement['datasets']).map((one) => member(one, 'id')),
    data: data.map((one) => ['dataset', 'provider', 'fields', 'left_out'].map((name) => member(one, name))),
    extent: data.map(() => [particulars['retention'], particulars['frequency']]),
  };
  return canonicalJson(said) === canonicalJson(signed);
}

/**
 * A consent to sensitive data is signed by the citizen herself: her passkey's assertion over the hash of what she saw, and the
 * identity provider's word that the passkey is hers.
 */
export const checkPrincipal: Step = async (subject) => {
  const { jwt, kind } = subject.file.document;
  const signed = jwt.payload['signed_by_principal'];
  if (kind !== 'receipt' || signed === undefined) return undefined;
  if (!subject.trust) return check('principal', 'unknown', 'principal.no-trust');
  const statement = member(signed, 'statement');
  const particulars = member(signed, 'particulars');
  if (!isObject(statement) || !isObject(particulars)) return check('principal', 'fail', 'principal.other');
  if (statement['particulars'] !== hashOf(particulars) || !isOfReceipt(jwt.payload, statement, particulars))
    return check('principal', 'fail', 'principal.other');
  const word = parseJws(member(signed, 'confirmation'));
  const provider = word && claimedSigner(subject, word.header);
  const hash = hashOf(statement);
  const isVouched =
    word !== undefined &&
    provider?.participant.roles.includes('identity-provider') === true &&
    inForce(provider, toTime(word.payload['iat']) ?? Number.NEGATIVE_INFINITY) === 'yes' &&
    (await isSignedBy(word, provider.jwk, ['xinlu-confirmation+jwt'])) &&
    word.payload['statement_hash'] === hash &&
    word.payload['aud'] === jwt.payload['iss'] &&
    word.payload['sub'] === jwt.payload['pii_principal_id'] &&
    member(word.payload['act'], 'sub') === member(jwt.payload['acting'], 'actor_id');
  if (!isVouched) return check('principal', 'fail', 'principal.not-vouched');
  if (provider.revoked) {
    // Whoever stole the key writes any time into its word, but no receipt into the log before the revocation.
    const index = subject.file.proof?.index;
    if (index === undefined) return check('principal', 'unknown', 'principal.unlogged');
    if (index >= provider.revoked.logIndex) return check('principal', 'fail', 'principal.not-vouched');
  }
  if (!(await isAssertionOver(hash, word.payload['webauthn'])))
    return check('principal', 'fail', 'principal.wrong');
  return check('principal', 'pass', 'principal.signed', nameValues(provider.participant));
};
