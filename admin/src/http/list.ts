import { Type } from 'typebox';

/** Query of every list: a window over rows in their natural order. */
export const listQuery = {
  offset: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 25 }),
};

export const Uuid = Type.String({ format: 'uuid' });
export const ById = Type.Object({ id: Uuid });
