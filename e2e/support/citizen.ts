import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { look, type Visitor } from './browser.ts';
import type { Place } from './place.ts';

export type Card = { id: string; name: string; nationalId: string; pin: string };

/** What is printed on a demo card, and its holder's number. */
export async function cardOf(place: Place, id: string): Promise<Card> {
  return JSON.parse(await readFile(join(place.data, 'country', 'cards', id, 'card.json'), 'utf8')) as Card;
}

/** Puts a card into the reader on the desk, in a window beside. */
export async function insertCard(
  place: Place,
  visitor: Visitor,
  card: Card,
  picture?: string,
): Promise<void> {
  const desk = await visitor.context.newPage();
  await desk.goto(`${place.cardUrl}/`);
  if (picture !== undefined) await look(desk, picture);
  const box = desk.locator(`#card-${card.id}`);
  const insert = box.getByRole('button', { name: /插入/ });
  if ((await insert.count()) > 0) {
    await insert.click();
    await desk.getByText('讀卡機裡的卡片').waitFor();
  }
  await desk.close();
}

/** Leaves the reader empty, whatever an earlier journey left in it. */
export async function emptyReader(place: Place): Promise<void> {
  const answer = await fetch(`${place.cardUrl}/reader`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ card: null }),
  });
  expect(answer.status).toBe(200);
}

/** From the sign-in page: the card in the reader, her number and PIN, through the component's window. */
export async function signInWithCard(
  visitor: Visitor,
  card: Card,
  given: { nationalId?: string; pin?: string } = {},
): Promise<void> {
  const { page } = visitor;
  await page.locator('#card-form input[name="national-id"]').fill(given.nationalId ?? card.nationalId);
  await page.locator('#card-form input[name="pin"]').fill(given.pin ?? card.pin);
  await page.locator('#use-card').click();
}

/** Where the passkey is offered: takes it, or goes on without. */
export async function answerEnrolment(
  visitor: Visitor,
  answer: 'create' | 'skip',
  picture?: string,
): Promise<void> {
  const { page } = visitor;
  await page.locator('#create-passkey').waitFor();
  if (picture !== undefined) await look(page, picture);
  await page.locator(answer === 'create' ? '#create-passkey' : '#skip').click();
}

/**
 * From the sign-in page by passkey alone. A virtual authenticator answers the page's autofill offer by itself, so the
 * button may be gone before it can be pressed.
 */
export async function signInWithPasskey(visitor: Visitor, backAt: string): Promise<void> {
  const { page } = visitor;
  const pressed = page.locator('#use-passkey').click({ timeout: 5_000 });
  await Promise.all([page.waitForURL(`${backAt}/**`), pressed.catch(() => undefined)]);
}

/** The whole way from a relying party's button back to it, by card. Who has a passkey already is not offered one. */
export async function cardLogin(place: Place, visitor: Visitor, card: Card): Promise<void> {
  const { page } = visitor;
  await insertCard(place, visitor, card);
  await signInWithCard(visitor, card);
  const isBack = () => page.waitForURL((url) => !url.href.startsWith(place.urls.idp));
  const first = [isBack(), page.locator('#skip').waitFor()];
  // The one that does not come true is given up, and must not end the run when it does.
  for (const wait of first) wait.catch(() => undefined);
  await Promise.any(first);
  if (page.url().startsWith(place.urls.idp)) await page.locator('#skip').click();
  await isBack();
}

/** After she agreed to give sensitive data: her passkey signs it at the identity provider, made there first where she has none. */
export async function signConsent(
  visitor: Visitor,
  options: { pictures?: string; enrol?: boolean } = {},
): Promise<void> {
  const { page } = visitor;
  const { pictures, enrol = false } = options;
  if (enrol) {
    await page.locator('#enrol').waitFor();
    if (pictures !== undefined) await look(page, `${pictures}-without-passkey`);
    await page.locator('#enrol').click();
    await answerEnrolment(visitor, 'create');
  }
  await page.locator('#sign-consent:enabled').waitFor();
  if (pictures !== undefined) await look(page, pictures);
  await page.locator('#sign-consent').click();
}

/** A person's browser must have met no script fault, no policy violation and no foreign request. */
export function expectNoComplaints(visitor: Visitor): void {
  expect(visitor.complaints).toEqual([]);
}
