import { verify, X509Certificate } from 'node:crypto';
import { systemClock } from '@xinlu/common/clock';
import { readTaiwanSubject, verifyCardAnswer } from '@xinlu/pki';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerRequest, buildCardAgent } from '../src/agencies/card-agent/app.ts';
import { LastError, openCardReader, ReturnCode } from '../src/agencies/card-agent/reader.ts';
import { type CardPlan, cardPlans } from '../src/country/cards.ts';
import { citizenById } from '../src/country/citizens.ts';
import { organisationById } from '../src/country/organisations.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

const IDP = 'http://localhost:4001';
const tbs = 'k4JvQ0y6W1p9Zt3uXo2sN5cRbT8fLhGdAeMiVjYqPxE';

const request = (over: object = {}): string =>
  JSON.stringify({
    func: 'MakeSignature',
    tbs,
    tbsEncoding: 'NONE',
    hashAlgorithm: 'SHA256',
    pin: '246810',
    nonce: '',
    signatureType: 'PKCS1',
    ...over,
  });

const subjectOf = (plan: CardPlan) => {
  if ('organisation' in plan) {
    const organisation = organisationById(plan.organisation);
    if (organisation === undefined) throw new Error(`${plan.id} belongs to nobody`);
    return {
      name: organisation.name['zh-TW'],
      ...('oid' in organisation
        ? { organisationOid: organisation.oid }
        : { businessNumber: organisation.businessNumber }),
    };
  }
  const citizen = citizenById(plan.citizen);
  return {
    name: citizen?.name,
    lastFourOfNationalId: citizen?.nationalId.slice(-4),
    cardKind: plan.kind,
    subjectClass: '2.16.886.1.100.3.1.1',
  };
};

describe('the card agent', () => {
  let open: OpenCountry;
  beforeEach(async () => {
    open = await openCountry();
  });
  afterEach(() => open.close());

  const reader = () => openCardReader(open.seeded.files, systemClock);
  const ask = (over: object = {}, origin = IDP) =>
    answerRequest(reader(), [IDP], { origin, request: request(over) });

  test.each(cardPlans.map((plan) => [plan.id, plan] as const))(
    'when %s signs as PKCS1 and PKCS7, then the signature is over exactly the challenge, with the certificate of the card',
    (_id, plan) => {
      reader().insert(plan.id);
      for (const signatureType of ['PKCS1', 'PKCS7'] as const) {
        const answer = ask({ pin: plan.pin, signatureType });
        expect(answer).toMatchObject({ func: 'sign', ret_code: 0, last_error: 0 });
        const certificate = Buffer.from(answer.certb64, 'base64');
        const signature = Buffer.from(answer.signature, 'base64');
        if (signatureType === 'PKCS1')
          expect(
            verify('sha256', Buffer.from(tbs), new X509Certificate(certificate).publicKey, signature),
          ).toBe(true);
        const judged = verifyCardAnswer({
          signatureType,
          signature,
          certificate,
          challenge: Buffer.from(tbs),
          hashAlgorithm: 'SHA256',
        });
        expect(readTaiwanSubject(judged.unverifiedCertificate)).toMatchObject(subjectOf(plan));
        expect(() =>
          verifyCardAnswer({
            signatureType,
            signature,
            certificate,
            challenge: Buffer.from(`${tbs}x`),
            hashAlgorithm: 'SHA256',
          }),
        ).toThrow();
      }
    },
  );

  test('when another site asks, then nothing is signed and no try is lost', () => {
    reader().insert('lin-yijun');
    for (const origin of ['http://evil.example', 'http://localhost:4010', 'null', ''])
      expect(ask({ pin: '000000' }, origin)).toMatchObject({
        ret_code: ReturnCode.siteNotTrusted,
        signature: '',
        certb64: '',
      });
    expect(
      reader()
        .cards()
        .find(({ id }) => id === 'lin-yijun')?.triesLeft,
    ).toBe(3);
  });

  test('when the request is wrong, then the code says what', () => {
    reader().insert('lin-yijun');
    expect(answerRequest(reader(), [IDP], { origin: IDP, request: '{' }).ret_code).toBe(
      ReturnCode.malformedJson,
    );
    expect(ask({ func: 'DecryptData' }).ret_code).toBe(ReturnCode.unknownFunction);
    expect(ask({ hashAlgorithm: 'SHA1' }).ret_code).toBe(ReturnCode.wrongParameter);
    expect(ask({ signatureType: 'XML' }).ret_code).toBe(ReturnCode.wrongParameter);
    expect(ask({ tbs: 7 }).ret_code).toBe(ReturnCode.wrongParameter);
    expect(ask({ tbs: '' }).ret_code).toBe(ReturnCode.noContent);
    expect(ask({ pin: '' }).ret_code).toBe(ReturnCode.noPin);
    reader().insert(undefined);
    expect(ask().ret_code).toBe(ReturnCode.noCard);
  });

  test('when the PIN is wrong three times, then the card is locked over a restart, until the office unlocks it', () => {
    reader().insert('lin-yijun');
    const wrong = () => ask({ pin: '000000' });
    expect(wrong()).toMatchObject({ ret_code: ReturnCode.loginFailed, last_error: LastError.pinIncorrect });
    expect(wrong()).toMatchObject({ ret_code: ReturnCode.loginFailed, last_error: LastError.pinIncorrect });
    expect(wrong()).toMatchObject({ ret_code: ReturnCode.loginFailed, last_error: LastError.pinLocked });
    expect(ask()).toMatchObject({
      ret_code: ReturnCode.loginFailed,
      last_error: LastError.pinLocked,
      signature: '',
    });
    reader().unlock('lin-yijun');
    expect(ask().ret_code).toBe(0);
  });

  test('when the right PIN follows wrong ones, then all tries are back', () => {
    reader().insert('lin-yijun');
    ask({ pin: '1' });
    ask({ pin: '2' });
    expect(ask().ret_code).toBe(0);
    expect(
      reader()
        .cards()
        .find(({ id }) => id === 'lin-yijun')?.triesLeft,
    ).toBe(3);
  });

  test('when a card is inserted, then it is still in the reader after a restart; an unknown one is refused', async () => {
    const { app } = await buildCardAgent(open.country);
    const json = { 'content-type': 'application/json' };
    const insert = (card: unknown, headers: Record<string, string> = json) =>
      app.inject({ method: 'POST', url: '/reader', headers, payload: JSON.stringify({ card }) });
    expect((await insert('lin-yijun')).statusCode).toBe(200);
    expect((await insert('nobody')).statusCode).toBe(404);
    expect((await app.inject('/reader')).json()).toMatchObject({ card: 'lin-yijun' });
    expect(reader().inserted()).toBe('lin-yijun');
    expect((await insert(null)).json()).toEqual({ card: null });
    expect(reader().inserted()).toBeUndefined();
    await app.close();
  });

  test('when a foreign page posts to the agent, then it is refused', async () => {
    const { app } = await buildCardAgent(open.country);
    reader().insert('lin-yijun');
    const payload = JSON.stringify({ origin: IDP, request: request() });
    const post = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/sign', headers, payload });
    const json = { 'content-type': 'application/json' };
    expect((await post({ ...json, origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await post({ ...json, origin: IDP })).statusCode).toBe(403);
    expect((await post({ ...json, 'sec-fetch-site': 'same-site' })).statusCode).toBe(403);
    expect((await post({ 'content-type': 'text/plain' })).statusCode).toBe(400);
    const form = await app.inject({
      method: 'POST',
      url: '/reader',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'card=',
    });
    expect(form.statusCode).toBe(403);
    const own = await post({ ...json, origin: 'http://localhost:61161', 'sec-fetch-site': 'same-origin' });
    expect(own.json()).toMatchObject({ ret_code: 0 });
    await app.close();
  });

  test('when the popup is opened, then it may keep its opener; other pages may not', async () => {
    const { app } = await buildCardAgent(open.country);
    const policy = async (url: string) => (await app.inject(url)).headers['cross-origin-opener-policy'];
    expect(await policy('/popupForm')).toBe('unsafe-none');
    expect(await policy('/')).toBe('same-origin');
    await app.close();
  });
});
