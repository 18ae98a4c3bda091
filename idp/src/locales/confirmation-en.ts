/** Words on signing a consent by passkey. */
export const confirmationEn = {
  'sign.title': 'Sign this consent with your passkey',
  'sign.lead': 'This consent covers sensitive data, so you sign it yourself. Check what it says first.',
  'sign.client': 'Given to',
  'sign.ward': 'You act for',
  'sign.purpose': 'Purpose',
  'sign.data': 'Data',
  'sign.until': 'Until',
  'sign.until-day': 'Until {date}',
  'sign.once': 'One use only',
  'sign.rest':
    'Your signature covers all that you have just seen at “{broker}”, every single field. Nothing is given before you sign.',
  'sign.button': 'Sign with a passkey',
  'sign.back': 'Do not sign, go back',
  'sign.no-passkey': 'You have no passkey that works yet',
  'sign.no-passkey-body':
    'Signing takes a passkey: the fingerprint, face or screen lock of your phone or computer. You can create one now with your citizen card, and come back here.',
  'sign.no-device':
    'If your device cannot create a passkey, go to a counter, or use paper instead. Unless you sign, nothing is given.',
  'sign.enrol': 'Create a passkey',
  'sign.return': 'Go back',
  'sign.signed-out': 'Please sign in again',
  'sign.signed-out-lead':
    'The person who is to sign is not signed in here, so nothing was signed and nothing was given. Go back to “{broker}” and try again.',
  'problem.confirmation-unknown': 'This request to sign has expired. Start again at the site you came from.',
  'problem.confirmation-answered':
    'This consent was signed or cancelled already. Go back to the site you came from.',
  'problem.passkey-too-weak': 'This passkey is not strong enough to sign a consent. Please use another one.',
} as const;
