import { passkeyButton } from './passkey-button.js';
import { pageData } from './view.js';

await passkeyButton(pageData('recovery-data'), 'object', '/object');
