import type { DatasetSource } from '@xinlu/connector';
import { catalogueSchemas } from '../../country/catalogue.ts';
import { type Citizen, citizenByNationalId } from '../../country/citizens.ts';
import { headOf } from '../../country/guardians.ts';
import type { ProviderSite } from '../../country/participants.ts';
import {
  businesses,
  energy,
  healthInsuranceOf,
  labourInsurance,
  land,
  lastTwelveMonths,
  vehicles,
} from './records.ts';

/** One data provider: its mark, and its datasets over the little it knows of each inhabitant. */
export type ProviderPlan = {
  id: ProviderSite;
  mark: string;
  datasets: Readonly<Record<string, DatasetSource>>;
};

type Values = Readonly<Record<string, unknown>>;

/** One dataset: its fields as the catalogue has them, and how the agency finds one inhabitant's values. */
const source = (
  id: string,
  valuesOf: (citizen: Citizen) => Values | undefined,
  find: (nationalId: string) => Citizen | undefined = citizenByNationalId,
) => ({
  [id]: {
    fields: catalogueSchemas(id),
    read: async ({ nationalId }: { nationalId: string }) => {
      const citizen = find(nationalId);
      return citizen && valuesOf(citizen);
    },
  },
});

export const providerPlans: readonly ProviderPlan[] = [
  {
    id: 'household',
    mark: '戶',
    datasets: source(
      'household.members',
      ({ household }) => ({
        members: household.members,
        address: household.address,
        registered_since: household.registeredSince,
      }),
      headOf,
    ),
  },
  {
    id: 'welfare',
    mark: '社',
    // Being on no list is an answer, too: the agency says "none" and not "unknown person". It is a household that is listed.
    datasets: source(
      'welfare.low-income-status',
      ({ welfare }) => ({
        status: welfare?.status ?? 'none',
        valid_until: welfare?.validUntil ?? null,
        case_number: welfare?.caseNumber ?? null,
      }),
      headOf,
    ),
  },
  {
    id: 'tax',
    mark: '財',
    datasets: source('tax.income', ({ tax }) => ({
      annual_income: tax.annualIncome,
      year: tax.year,
      employer: tax.employer,
    })),
  },
  {
    id: 'land',
    mark: '地',
    datasets: source('land.holdings', ({ id }) => {
      const record = land[id] ?? { parcels: [], buildings: [], mortgages: [] };
      return { ...record, holds_property: record.parcels.length + record.buildings.length > 0 };
    }),
  },
  {
    id: 'vehicle',
    mark: '監',
    datasets: source(
      'vehicle.registration',
      ({ id }) => vehicles[id] ?? { vehicles: [], licences: [], unpaid_fines: 0 },
    ),
  },
  {
    id: 'business',
    mark: '商',
    datasets: source(
      'business.roles',
      ({ id }) => businesses[id] ?? { companies: [], capital_contributed: 0 },
    ),
  },
  {
    id: 'health-insurance',
    mark: '健',
    datasets: source('health-insurance.coverage', ({ id }) => healthInsuranceOf(id)),
  },
  {
    id: 'labour-insurance',
    mark: '勞',
    datasets: source(
      'labour-insurance.record',
      ({ id }) =>
        labourInsurance[id] ?? { insured: false, employer: null, monthly_salary: 0, years: 0, periods: [] },
    ),
  },
  {
    id: 'energy',
    mark: '電',
    datasets: source('energy.usage', ({ id }) => {
      const record = energy[id];
      if (record === undefined)
        return { customer_number: null, service_address: null, contract: null, monthly_kwh: [] };
      const { kwh, ...rest } = record;
      return {
        ...rest,
        monthly_kwh: lastTwelveMonths(new Date()).map((month, index) => ({ month, kwh: kwh[index] })),
      };
    }),
  },
];
