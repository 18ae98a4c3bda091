import type { DatasetSource } from '@xinlu/connector';
import { citizenByNationalId } from '../../country/citizens.ts';
import type { agencyNames } from '../../country/participants.ts';

/** One data provider: its look, and its datasets over the little it knows of each inhabitant. */
export type ProviderPlan = {
  id: 'household' | 'welfare' | 'tax';
  name: keyof typeof agencyNames;
  mark: string;
  datasets: Readonly<Record<string, DatasetSource>>;
};

const date = { type: 'string', format: 'date' } as const;
const nullableDate = { type: ['string', 'null'], format: 'date' } as const;

const household: ProviderPlan = {
  id: 'household',
  name: 'household',
  mark: '戶',
  datasets: {
    'household.members': {
      fields: {
        members: {
          type: 'array',
          maxItems: 50,
          items: {
            type: 'object',
            required: ['name', 'relation', 'born'],
            additionalProperties: false,
            properties: {
              name: { type: 'string', minLength: 1, maxLength: 100 },
              relation: { type: 'string', minLength: 1, maxLength: 20 },
              born: date,
            },
          },
        },
        address: { type: 'string', minLength: 1, maxLength: 300 },
        registered_since: date,
      },
      read: async ({ nationalId }) => {
        const record = citizenByNationalId(nationalId)?.household;
        return (
          record && {
            members: record.members,
            address: record.address,
            registered_since: record.registeredSince,
          }
        );
      },
    },
  },
};

const welfare: ProviderPlan = {
  id: 'welfare',
  name: 'welfare',
  mark: '社',
  datasets: {
    'welfare.low-income-status': {
      fields: {
        status: { type: 'string', enum: ['low-income', 'middle-low-income', 'none'] },
        valid_until: nullableDate,
        case_number: { type: ['string', 'null'], maxLength: 100 },
      },
      read: async ({ nationalId }) => {
        const citizen = citizenByNationalId(nationalId);
        if (!citizen) return undefined;
        // Being on no list is an answer, too: the agency says "none" and not "unknown person".
        const { status = 'none', validUntil = null, caseNumber = null } = citizen.welfare ?? {};
        return { status, valid_until: validUntil, case_number: caseNumber };
      },
    },
  },
};

const tax: ProviderPlan = {
  id: 'tax',
  name: 'tax',
  mark: '財',
  datasets: {
    'tax.income': {
      fields: {
        annual_income: { type: 'integer', minimum: 0 },
        year: { type: 'integer', minimum: 1990, maximum: 2200 },
        employer: { type: ['string', 'null'], maxLength: 200 },
      },
      read: async ({ nationalId }) => {
        const record = citizenByNationalId(nationalId)?.tax;
        return record && { annual_income: record.annualIncome, year: record.year, employer: record.employer };
      },
    },
  },
};

export const providerPlans: readonly ProviderPlan[] = [household, welfare, tax];
