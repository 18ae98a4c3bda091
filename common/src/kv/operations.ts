import type { KeyValue, KeyValueAnswer, KeyValueOperation } from './index.ts';

/** One operation of a batch by the port's own method for it. */
export async function runOperation(
  kv: Omit<KeyValue, 'batch'>,
  operation: KeyValueOperation,
): Promise<KeyValueAnswer> {
  switch (operation.kind) {
    case 'get':
      return kv.get(operation.key);
    case 'set':
      await kv.set(operation.key, operation.value, operation.ttlSeconds);
      return undefined;
    case 'setIfAbsent':
      return kv.setIfAbsent(operation.key, operation.value, operation.ttlSeconds);
    case 'replace':
      return kv.replace(operation.key, operation.expected, operation.value, operation.ttlSeconds);
    case 'delete':
      await kv.delete(operation.key);
      return undefined;
  }
}
