// Calls of the page's own server: JSON there and back, with the session's token.

/** A refusal whose words are fit to be shown. */
export class Refusal extends Error {}

/**
 * @param {{ place: string, csrfToken: string, problems: Record<string, string>, words: Record<string, string> }} data
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export async function post(data, path, body = {}) {
  const response = await fetch(`${data.place}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-csrf-token': data.csrfToken,
    },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (response === undefined) throw new Refusal(data.words['offline']);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refusal(data.problems[answer.code] ?? data.problems['other']);
}
