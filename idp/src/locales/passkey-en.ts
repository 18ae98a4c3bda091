/** Words on passkeys beyond their enrolment. */
export const passkeyEn = {
  'second.title': 'Confirm that it is you',
  'second.lead':
    'Without your card, adding a passkey takes two of your ways in. Use another passkey of yours as well, or sign in with your card.',
  'second.lead-none':
    'You only have the passkey that you signed in with. To add another, sign in with your card.',
  'second.others': 'Your other passkeys',
  'second.button': 'Confirm with another passkey',
  'second.back': 'Do not add one, go back',

  'remove-own.title': 'Remove the passkey that you are using?',
  'remove-own.lead':
    'You signed in with “{name}”. Removing it ends this session at once; from then on you need another way in.',
  'remove-own.last':
    'It is your last passkey that works. Without it you can only sign in with your card, or be enrolled at a counter again.',
  'remove-own.yes': 'Remove it and end the session',
  'remove-own.no': 'Keep it, go back',

  'notice.passkey.counter-regressed':
    'A sign-in with a copy of one of your passkeys was refused. If it was not you, remove that passkey',
  'notice.passkey.eligibility-changed':
    'A passkey was kept otherwise than when it was created; the sign-in was refused',
  'notice.passkey.backup-changed': 'The backup state of one of your passkeys changed',
  'notice.passkey.suspended': 'One of your passkeys was suspended',
  'notice.passkey.restored': 'One of your passkeys works again',
} as const;
