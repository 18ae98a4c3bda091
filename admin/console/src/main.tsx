import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

// The Content-Security-Policy allows styles with this answer's nonce alone.
const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
const cache = createCache({ key: 'xl', nonce, prepend: true });

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <CacheProvider value={cache}>
      <App />
    </CacheProvider>,
  );
}
