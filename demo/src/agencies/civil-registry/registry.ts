import type { Clock } from '@xinlu/common/clock';
import type { ConfirmationResponse, GuardianshipResponse } from '@xinlu/common/wire';
import { cardPlans } from '../../country/cards.ts';
import { citizenByNationalId } from '../../country/citizens.ts';
import { type CountryFiles, readJson } from '../../country/files.ts';
import { majorityOf, wards } from '../../country/guardians.ts';
import { openAuthority } from '../../pki/open.ts';
import type { CardRecord } from '../../seed/cards.ts';

export type CivilRegistry = {
  /** Whether the authority (SHA-256 of its certificate) gave the certificate with this serial (hex) to that person. */
  confirm(claimed: { ca: string; serial: string; national_id: string }): ConfirmationResponse;
  /** Whether the person with this national ID bears this name. */
  confirmPapers(claimed: { national_id: string; name: string }): ConfirmationResponse;
  /** Whether the one is the parent or guardian of the other, and until when by law. */
  guardianship(asked: { guardian_national_id: string; ward_national_id: string }): GuardianshipResponse;
};

const sameSerial = (one: string, other: string): boolean => BigInt(`0x${one}`) === BigInt(`0x${other}`);

/** The registry's knowledge, read once: which card belongs to whom, and who lives. */
export const openCivilRegistry = (files: CountryFiles, clock: Clock): CivilRegistry => {
  const cards = cardPlans.map((plan) => ({
    ...readJson<CardRecord>(files.card(plan.id, 'card.json')),
    ca: openAuthority(files, plan.authority).fingerprint,
  }));
  return {
    confirm: ({ ca, serial, national_id }) => {
      const card = cards.find((known) => known.ca === ca && sameSerial(known.serial, serial));
      const citizen = citizenByNationalId(national_id);
      // One answer for a wrong authority, a wrong serial and a wrong person: the asker learns nothing else.
      return card && citizen && card.nationalId === national_id
        ? { confirmed: true, state: citizen.state }
        : { confirmed: false };
    },
    confirmPapers: ({ national_id, name }) => {
      const citizen = citizenByNationalId(national_id);
      return citizen?.name === name ? { confirmed: true, state: citizen.state } : { confirmed: false };
    },
    guardianship: ({ guardian_national_id, ward_national_id }) => {
      const guardian = citizenByNationalId(guardian_national_id);
      const ward = wards.find(({ nationalId }) => nationalId === ward_national_id);
      // One answer for a stranger's child, for one of age and for nobody at all.
      if (guardian?.state !== 'living' || ward?.guardian !== guardian.id) return { confirmed: false };
      const until = majorityOf(ward);
      return until > clock.now()
        ? { confirmed: true, ward_name: ward.name, until: until.toISOString() }
        : { confirmed: false };
    },
  };
};
