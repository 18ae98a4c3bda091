import { passkeyButton } from './passkey-button.js';
import { pageData } from './view.js';

await passkeyButton(pageData('second-factor-data'), 'use-second', '/passkeys/second');
