import type { DataProvider, GetListParams, Identifier, RaRecord } from 'react-admin';
import { get, post } from './api.ts';

type List<T> = { items: T[]; total: number };

const refuse = () => Promise.reject(new Error('the register changes by proposals alone'));

async function getList<T>(resource: string, params: GetListParams): Promise<{ data: T[]; total: number }> {
  const { page, perPage } = params.pagination ?? { page: 1, perPage: 25 };
  const { items, total } = await get<List<T>>(`/api/${resource}`, {
    offset: (page - 1) * perPage,
    limit: perPage,
    ...(params.filter as Record<string, string>),
  });
  return { data: items, total };
}

async function getOne<T>(resource: string, id: Identifier): Promise<T> {
  return get<T>(`/api/${resource}/${encodeURIComponent(String(id))}`);
}

/** react-admin's data provider over the register's API: reads everything, creates proposals, changes nothing else. */
export const dataProvider = {
  getList: (resource: string, params: GetListParams) => getList<RaRecord>(resource, params),
  getOne: async (resource: string, { id }: { id: Identifier }) => ({
    data: await getOne<RaRecord>(resource, id),
  }),
  getMany: async (resource: string, { ids }: { ids: Identifier[] }) => ({
    data: await Promise.all(ids.map((id) => getOne<RaRecord>(resource, id))),
  }),
  getManyReference: refuse,
  create: async (resource: string, { data }: { data: object }) => ({
    data: await post<RaRecord>(`/api/${resource}`, data),
  }),
  update: refuse,
  updateMany: refuse,
  delete: refuse,
  deleteMany: refuse,
} as unknown as DataProvider;
