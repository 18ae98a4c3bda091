import { Type } from 'typebox';

/** `dataset:field`, as the forms send it. */
export const Choice = Type.String({ pattern: '^[a-z0-9.-]+:[a-z0-9_]+$', maxLength: 200 });

/** The fields by dataset. */
export function choices(fields: readonly string[]): Map<string, Set<string>> {
  const chosen = new Map<string, Set<string>>();
  for (const choice of fields) {
    const [dataset = '', field = ''] = choice.split(':');
    chosen.set(dataset, (chosen.get(dataset) ?? new Set()).add(field));
  }
  return chosen;
}
