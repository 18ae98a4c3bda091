import { Compile } from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import { providerPlans } from '../src/agencies/provider/sources.ts';
import { citizens } from '../src/country/citizens.ts';

describe.each(providerPlans.flatMap((plan) => Object.entries(plan.datasets)))('%s', (_id, source) => {
  const ask = (nationalId: string) =>
    source.read?.({
      nationalId,
      fields: Object.keys(source.fields),
      purpose: 'tuition-waiver',
      clientId: 'school',
      accessId: '0193a1b2-0000-7000-8000-000000000000',
    });

  test('when an inhabitant is asked about, then every value fits its schema and no other field comes', async () => {
    for (const { nationalId } of citizens) {
      const values = await ask(nationalId);
      expect(Object.keys(values ?? {}).toSorted()).toEqual(Object.keys(source.fields).toSorted());
      for (const [field, schema] of Object.entries(source.fields))
        expect(Compile(schema).Check(values?.[field])).toBe(true);
      expect(JSON.stringify(values)).not.toContain(nationalId);
    }
  });

  test('when nobody has the ID, then there is no record', async () => {
    expect(await ask('A123456789')).toBeUndefined();
  });
});
