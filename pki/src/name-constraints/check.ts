import { AttributeOid } from '../asn1/oids.ts';
import type { NameConstraints } from '../certificate/extensions.ts';
import type { GeneralName } from '../certificate/general-name.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { Refusal } from '../path/state.ts';
import { matchSubtree } from './match-subtree.ts';

/** Comparisons are names times subtrees; an honest certificate stays far below this. */
const MAX_COMPARISONS = 100_000;

/** Every name that RFC 5280 4.2.1.10 puts under constraint: the subject, its e-mail addresses, the alternative names. */
function constrainedNames(certificate: UnverifiedCertificate): GeneralName[] {
  const names: GeneralName[] = [...(certificate.extensions.subjectAltName ?? [])];
  if (!certificate.subjectDn.isEmpty) names.push({ form: 'directory', name: certificate.subjectDn });
  // The RFC asks for this only without alternative names; asking always is stricter and closes a way around.
  for (const text of certificate.subjectDn.all(AttributeOid.emailAddress))
    names.push({ form: 'email', text });
  return names;
}

/** RFC 5280 6.1.3 (b) and (c): inside every permitted set of its form, outside of all excluded subtrees. */
export function checkNames(
  certificate: UnverifiedCertificate,
  constraints: readonly NameConstraints[],
): Refusal | undefined {
  const names = constrainedNames(certificate);
  let subtrees = 0;
  for (const set of constraints) subtrees += set.permitted.length + set.excluded.length;
  if (names.length * subtrees > MAX_COMPARISONS) {
    return {
      code: 'name-constraints-too-many',
      reason: 'There are more names and name constraints than can be compared',
    };
  }
  for (const set of constraints) {
    for (const name of names) {
      const refusal = checkName(name, set);
      if (refusal) return refusal;
    }
  }
  return undefined;
}

function checkName(name: GeneralName, set: NameConstraints): Refusal | undefined {
  for (const base of set.excluded) {
    if (base.form !== name.form) continue;
    const match = matchSubtree(name, base);
    if (match === 'unclear') return unclear(name);
    if (match === 'inside')
      return {
        code: 'name-excluded',
        reason: `A name of the form ${name.form} is excluded by an authority above`,
      };
  }
  let constrained = false;
  for (const base of set.permitted) {
    if (base.form !== name.form) continue;
    constrained = true;
    const match = matchSubtree(name, base);
    if (match === 'unclear') return unclear(name);
    if (match === 'inside') return undefined;
  }
  return constrained
    ? {
        code: 'name-not-permitted',
        reason: `A name of the form ${name.form} is outside of what an authority above permits`,
      }
    : undefined;
}

function unclear(name: GeneralName): Refusal {
  return {
    code: 'name-constraint-unclear',
    reason: `A name of the form ${name.form} cannot be compared with the constraint on it`,
  };
}
