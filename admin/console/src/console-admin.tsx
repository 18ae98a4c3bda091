import { useMemo } from 'react';
import { Admin, type AuthProvider, CustomRoutes, memoryStore, Resource } from 'react-admin';
import { Route } from 'react-router-dom';
import { ApiError, post } from './api.ts';
import { AuditList } from './audit/audit-list.tsx';
import { dataProvider } from './data-provider.ts';
import { ProposePage } from './form/propose-page.tsx';
import { i18nProvider } from './i18n/index.ts';
import { ConsoleLayout } from './layout/console-layout.tsx';
import { OperatorList } from './operators/operator-list.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { ParticipantList } from './participants/participant-list.tsx';
import { ParticipantShow } from './participants/participant-show.tsx';
import { ProposalList } from './proposals/proposal-list.tsx';
import { ProposalShow } from './proposals/proposal-show.tsx';
import { useSession } from './session.tsx';
import { theme } from './theme.ts';
import { VersionList } from './versions/version-list.tsx';
import type { Who } from './wire.ts';

/** Leaves the console; the server says where the session ends at the identity centre. */
async function leave(): Promise<false> {
  const { url } = await post<{ url: string }>('/api/logout');
  window.location.assign(url);
  return false;
}

function createAuthProvider(operator: Who, reload: () => Promise<void>): AuthProvider {
  return {
    login: async () => undefined,
    checkAuth: async () => undefined,
    async checkError(error) {
      // The session ended, or the operator did: the gate shows what there is to do.
      if (error instanceof ApiError && (error.status === 401 || error.code === 'operator-required'))
        await reload();
    },
    getPermissions: async () => undefined,
    getIdentity: async () => ({ id: operator.id, fullName: operator.name }),
    logout: leave,
  };
}

const store = memoryStore();

export function ConsoleAdmin({ operator }: { operator: Who }) {
  const { reload } = useSession();
  const authProvider = useMemo(() => createAuthProvider(operator, reload), [operator, reload]);
  return (
    <Admin
      dataProvider={dataProvider}
      authProvider={authProvider}
      i18nProvider={i18nProvider}
      store={store}
      theme={theme}
      darkTheme={null}
      layout={ConsoleLayout}
      dashboard={OverviewPage}
      disableTelemetry
    >
      <Resource
        name="participants"
        list={ParticipantList}
        show={ParticipantShow}
        recordRepresentation={(record) => record.name?.['zh-TW'] ?? record.id}
      />
      <Resource name="proposals" list={ProposalList} show={ProposalShow} recordRepresentation="target" />
      <Resource name="operators" list={OperatorList} recordRepresentation="name" />
      <Resource name="audit" list={AuditList} />
      <Resource name="versions" list={VersionList} />
      <CustomRoutes>
        <Route path="/propose" element={<ProposePage />} />
        <Route path="/propose/:id" element={<ProposePage />} />
      </CustomRoutes>
    </Admin>
  );
}
