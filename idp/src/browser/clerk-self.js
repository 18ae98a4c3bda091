import { passkeyButton } from './passkey-button.js';
import { pageData } from './view.js';

await passkeyButton(pageData('clerk-self-data'), 'confirm-self', '/self');
