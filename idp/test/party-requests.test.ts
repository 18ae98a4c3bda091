import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import { cardLogin, clientOf } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

describe('the sign-in page says that the party learns her name', () => {
  const pageFor = async (scope: string, claims?: object) => {
    const client = clientOf(world, 'school', scope);
    const parameters = claims === undefined ? {} : { claims: JSON.stringify(claims) };
    const { page } = await new Browser(world.url).follow((await client.begin({ parameters })).url);
    return page ?? '';
  };

  test('when it asks by scope, or by a claim of the id_token or userinfo alone', async () => {
    const withName = await pageFor('openid profile');
    const without = await pageFor('openid');
    const sentence = '您的姓名';
    expect(withName).toContain(sentence);
    expect(without).not.toContain(sentence);
    for (const claims of [
      { id_token: { name: null } },
      { id_token: { name: { essential: true } } },
      { userinfo: { name: null } },
    ]) {
      expect(await pageFor('openid', claims), JSON.stringify(claims)).toContain(sentence);
    }
    expect(await pageFor('openid', { id_token: { auth_time: null } })).not.toContain(sentence);
  });
});

test('prompt=consent, which nothing here answers, is refused at once and not shown for ever', async () => {
  await expect(clientOf(world, 'school').begin({ parameters: { prompt: 'consent' } })).rejects.toMatchObject({
    code: 'login-refused',
  });
  const discovery = (await (await fetch(`${world.url}/.well-known/openid-configuration`)).json()) as {
    prompt_values_supported?: string[];
  };
  expect(discovery.prompt_values_supported ?? []).not.toContain('consent');
});

describe('an essential acr counts although acr_values asks for less', () => {
  const ask = async (browser: Browser, essential: object) => {
    const parameters = {
      acr_values: 'low',
      claims: JSON.stringify({ id_token: { acr: { essential: true, ...essential } } }),
    };
    return browser.follow((await clientOf(world, 'school').begin({ parameters })).url);
  };

  test('a login that is worth less is asked for again, and one nobody can reach is refused', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const { browser, complete, answer } = await cardLogin(world, card, NATIONAL_ID.lin);
    await complete(answer.json.next);
    for (const essential of [{ value: 'high' }, { values: ['high'] }]) {
      const { url, page } = await ask(browser, essential);
      expect(url).toContain('/interaction/');
      expect(page).toContain('這項服務需要較高的保證等級');
    }
    expect((await ask(browser, { value: 'sublime' })).url).toContain(
      'error=unmet_authentication_requirements',
    );
    expect((await ask(browser, { value: 'substantial' })).url).toContain('code=');
  });
});
