import type Provider from 'oidc-provider';

type SessionClass = { prototype: { exp?: number; persist(): Promise<unknown> } };

/**
 * A refused form of the device flow writes its secret into the visitor's session when that is already past being saved, and
 * the library then persists a session that was never stored: a fault of its own (500). Such a session is left alone: the
 * visitor gets the refusal, and a new form when she opens the page again.
 */
export function leaveUnsavedSessions(provider: Provider): void {
  const { prototype } = provider.Session as unknown as SessionClass;
  const persist = prototype.persist;
  prototype.persist = async function persistIfSaved() {
    return typeof this.exp === 'number' ? persist.call(this) : undefined;
  };
}
