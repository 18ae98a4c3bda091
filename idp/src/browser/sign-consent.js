import { passkeyButton } from './passkey-button.js';
import { pageData } from './view.js';

await passkeyButton(pageData('sign-consent-data'), 'sign-consent', '/passkey');
