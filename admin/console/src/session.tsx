import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { readSession } from './api.ts';
import type { SessionInfo } from './wire.ts';

type SessionState = {
  /** Undefined while it is being read, null when the register does not answer. */
  session: SessionInfo | null | undefined;
  reload: () => Promise<void>;
};

const SessionContext = createContext<SessionState>({ session: undefined, reload: async () => undefined });

/** Keeps who is here; `reload` asks the server anew, after an enrolment or a refused request. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<SessionInfo | null | undefined>(undefined);
  const reload = useCallback(async () => {
    try {
      setSession(await readSession());
    } catch {
      setSession(null);
    }
  }, []);
  useEffect(() => void reload(), [reload]);
  const state = useMemo(() => ({ session, reload }), [session, reload]);
  return <SessionContext.Provider value={state}>{children}</SessionContext.Provider>;
}

export const useSession = () => useContext(SessionContext);
