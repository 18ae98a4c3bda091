import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';

type ClientClass = { find(id: string): Promise<object | undefined> };

/**
 * Keeps the provider's client of each metadata object: it checks and indexes metadata, imports keys, and would otherwise write
 * the metadata out and hash it at each request to find what it made of it before. `findClient` is asked each time and must
 * give the same object while the register says the same; another object is another client.
 */
export function useClientCache(
  provider: Provider,
  findClient: (clientId: string) => ClientMetadata | undefined,
): void {
  const known = new WeakMap<object, object>();
  const clients = provider.Client as unknown as ClientClass;
  const find = clients.find.bind(clients);
  clients.find = async (id) => {
    const metadata = typeof id === 'string' ? findClient(id) : undefined;
    if (metadata === undefined) return undefined;
    const made = known.get(metadata) ?? (await find(id));
    if (made !== undefined) known.set(metadata, made);
    return made;
  };
}
