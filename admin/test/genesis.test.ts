import { describe, expect, test } from 'vitest';
import { foundRegister } from '../src/domain/actions/found-register.ts';
import { makeGenesis, makeParticipant, startAdmin } from './support.ts';

describe('genesis', () => {
  test('when the register is founded twice and by many at once, then there is one version 1', async () => {
    const admin = await startAdmin();
    const { store } = admin.register;
    const first = await store.latestVersion();
    const again = await Promise.all(
      Array.from({ length: 8 }, () => foundRegister(admin.register, async () => admin.genesis)),
    );
    expect(again).toEqual(Array(8).fill(false));
    expect(await store.latestVersion()).toEqual(first);
    expect((await store.operators({ offset: 0, limit: 10 })).total).toBe(admin.codes.length);
    await admin.close();
  });

  test('when several start on an empty register at once, then exactly one founds it', async () => {
    const admin = await startAdmin({ unfounded: true });
    expect((await admin.app.inject({ url: '/register/snapshot' })).statusCode).toBe(503);
    const founding = Array.from({ length: 8 }, () =>
      foundRegister(admin.register, async () => admin.genesis),
    );
    expect((await Promise.all(founding)).filter(Boolean)).toHaveLength(1);
    expect((await admin.register.store.versions({ offset: 0, limit: 10 })).total).toBe(1);
    await admin.close();
  });

  test('when the genesis has faults, then all of them are named and nothing is founded', async () => {
    const founding = await makeGenesis();
    const shared = await makeParticipant('twice');
    const wrong = {
      participants: [
        ...founding.genesis.participants,
        { ...shared, homepage: 'http://plain.example.tw' },
        { ...shared, validUntil: '2020-01-01T00:00:00Z' },
      ],
      operators: founding.genesis.operators,
    };
    await expect(startAdmin({ founding: { ...founding, genesis: wrong } })).rejects.toThrow(
      /homepage must be an https address.*\/id belongs to another.*validUntil must be later/s,
    );
    const malformed = { participants: [{ id: 'X' }], operators: [] } as never;
    await expect(startAdmin({ founding: { ...founding, genesis: malformed } })).rejects.toThrow(
      /genesis-wrong/,
    );
  });
});
