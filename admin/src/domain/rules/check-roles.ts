import type { Fault, Rule } from './rule.ts';

const SECTIONS = [
  ['rp', 'relyingParty'],
  ['provider', 'provider'],
  ['issuer', 'issuer'],
  ['certificate-authority', 'certificateAuthority'],
] as const;

/** A role and its section go together, and a purpose needs a place to send the citizen back to. */
export const checkRoles: Rule = (participant) => {
  const faults: Fault[] = [];
  for (const [role, section] of SECTIONS) {
    const has = participant.roles.includes(role);
    if (has && participant[section] === undefined)
      faults.push({
        path: `/${section}`,
        code: 'section-missing',
        message: `is needed for the role ${role}`,
      });
    if (!has && participant[section] !== undefined)
      faults.push({ path: `/${section}`, code: 'section-without-role', message: `needs the role ${role}` });
  }
  const party = participant.relyingParty;
  if (party !== undefined && party.purposes.length > 0 && party.consentRedirectUris.length === 0) {
    faults.push({
      path: '/relyingParty/consentRedirectUris',
      code: 'consent-address-missing',
      message: 'is needed when there are purposes',
    });
  }
  return faults;
};
