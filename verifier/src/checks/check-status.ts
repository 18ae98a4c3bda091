import { isObject, isSignedBy, parseJws, type UnverifiedJws } from '../document/jws.ts';
import { kinds } from '../document/kinds.ts';
import { parseFile } from '../file/xinlu-file.ts';
import { readStatusReference, type StatusName, statusAt } from '../status/status-list.ts';
import { type Check, check, claimedSigner, type Step, type Subject } from './check.ts';
import { inForce } from './check-key.ts';
import { clockToleranceMs, toTime } from './check-time.ts';
import { timeValues } from './times.ts';

type Finding = { readonly status: StatusName; readonly issued: number; readonly fresh: boolean };

/** The credential was not revoked, suspended or superseded, by a list of its own issuer that is fresh enough. */
export const checkStatus: Step = async (subject) => {
  const reference = readStatusReference(subject.file.document.jwt.payload);
  if (reference === 'absent') return undefined;
  if (reference === 'malformed') return check('status', 'fail', 'status.malformed');
  if (!subject.trust) return check('status', 'unknown', 'status.no-trust');
  const findings: Finding[] = [];
  let revokedKey = false;
  for (const [token, whenWrong] of candidates(subject)) {
    const finding = token && (await readList(subject, token, reference.uri, reference.index));
    if (!finding) return whenWrong;
    if (finding === 'key-revoked') revokedKey = true;
    else findings.push(finding);
  }
  const asked = subject.at.getTime() + clockToleranceMs;
  // Of two lists of the same second the one given beside the file counts.
  const newestFirst = findings.toReversed().sort((a, b) => b.issued - a.issued);
  const then = newestFirst.filter(({ issued }) => issued <= asked);
  const decisive = then.find(isSettled) ?? then[0];
  if (decisive) return judge(decisive);
  const [later] = newestFirst;
  if (later) return judgeLater(later);
  return check('status', 'unknown', revokedKey ? 'status.key-revoked' : 'status.missing');
};

function isSettled({ status }: Finding): boolean {
  return status === 'revoked' || status === 'superseded';
}

/** A list made after the moment asked about: it tells what happened by then, not when. */
function judgeLater(finding: Finding): Check {
  const code = isSettled(finding) ? 'status.revoked-since' : 'status.later';
  return check('status', 'unknown', code, timeValues('issued', new Date(finding.issued)));
}

/** Each list at hand, with what to say if it is not genuine: inside the file that means altered. */
function candidates({ file, status }: Subject): [UnverifiedJws | undefined, Check][] {
  const lists: [UnverifiedJws | undefined, Check][] = [];
  if (file.status) lists.push([parseJws(file.status), check('status', 'fail', 'status.altered')]);
  if (status !== undefined) {
    lists.push([readGiven(status), check('status', 'unknown', 'status.not-genuine')]);
  }
  return lists;
}

function readGiven(text: string): UnverifiedJws | undefined {
  const document = parseFile(text)?.document;
  return document?.kind === 'status-list' ? document.jwt : parseJws(text.trim());
}

async function readList(
  subject: Subject,
  token: UnverifiedJws,
  uri: string,
  index: number,
): Promise<Finding | 'key-revoked' | undefined> {
  const owner = claimedSigner(subject, subject.file.document.jwt.header)?.participant;
  const signer = claimedSigner(subject, token.header);
  const { sub, iat, exp, ttl, status_list: list } = token.payload;
  const issued = toTime(iat);
  if (!owner || signer?.participant.id !== owner.id || sub !== uri || issued === undefined) return undefined;
  if (!(await isSignedBy(token, signer.jwk, kinds['status-list'].types))) return undefined;
  // An office may sign today how its list was at a time before today's key; but a key that is over signs nothing.
  if (inForce(signer, issued) === 'expired') return undefined;
  // A list stands in no log, so nothing proves that it is older than the revocation of its key.
  if (signer.revoked) return 'key-revoked';
  const status = isObject(list) ? await statusAt(list, index) : undefined;
  if (!status) return undefined;
  const now = subject.at.getTime();
  const fresh =
    (typeof exp === 'number' || typeof ttl === 'number') &&
    (exp === undefined || now < Number(exp) * 1000) &&
    (ttl === undefined || now < issued + Number(ttl) * 1000);
  return { status, issued, fresh };
}

/** Revoked and superseded are for ever, so one genuine list that says so is enough, however old. */
function judge({ status, issued, fresh }: Finding): Check {
  const values = timeValues('issued', new Date(issued));
  if (status === 'revoked') return check('status', 'fail', 'status.revoked', values);
  if (status === 'superseded') return check('status', 'fail', 'status.superseded', values);
  if (!fresh) return check('status', 'unknown', 'status.stale', values);
  if (status === 'suspended') return check('status', 'fail', 'status.suspended', values);
  return check('status', 'pass', 'status.valid', values);
}
