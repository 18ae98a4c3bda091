import { refused } from '@xinlu/common/errors';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Refuses a private key by name before its form is looked at: it must be replaced, not only removed (RFC 7518 section 6). */
export function refusePrivateKeys(unverifiedParticipant: unknown): void {
  const keys = (unverifiedParticipant as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) return;
  const index = keys.findIndex(
    (key: unknown) =>
      typeof key === 'object' && key !== null && PRIVATE_MEMBERS.some((member) => member in key),
  );
  if (index === -1) return;
  throw refused(
    'private-key-given',
    'A private key was given. It is known now and must be replaced; give the public key only.',
    {
      status: 422,
      extra: { faults: [{ path: `/keys/${index}`, code: 'private-key-given', message: 'is a private key' }] },
    },
  );
}
