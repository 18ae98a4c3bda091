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

  'second.lost': 'All other ways in are lost?',
  'second.lost-body':
    'You can add a passkey by this one alone, but it has to cool off for {hours} hours: your other passkeys are suspended at once, the new one cannot change how you sign in or who acts for you, and you are told of it. Whoever holds an old passkey can cancel it meanwhile.',
  'second.lost-button': 'The others are lost, begin recovery',

  'recovery.title': 'Your account is being recovered',
  'recovery.look': 'See it, or cancel it if it was not you',
  'recovery.lead': 'Somebody created a new passkey as you, and your former passkeys are suspended.',
  'recovery.none': 'Cancel a recovery',
  'recovery.none-lead':
    'If a recovery that you did not ask for suspended your passkey, you can cancel it here with that passkey.',
  'recovery.way': 'By',
  'recovery.way-counter': 'Papers shown at a counter',
  'recovery.way-passkey': 'Another passkey',
  'recovery.begun-at': 'Begun',
  'recovery.until': 'Cools off until',
  'recovery.limits':
    'Until then the new passkey is worth “substantial” at most; it cannot remove or add passkeys or let others act for you.',
  'recovery.not-me': 'It was not you?',
  'recovery.not-me-body': 'Cancel it at once. The new passkey is removed and your former ones work again.',
  'recovery.cancel': 'Cancel this recovery',
  'recovery.cancel-passkey': 'Cancel with a former passkey',
  'recovery.from-itself':
    'You signed in with the passkey from the recovery. To cancel, use a former passkey or your card.',
  'recovery.cancelled': 'The recovery was cancelled',
  'recovery.cancelled-lead': 'The new passkey is removed and your former ones work again.',
  'recovery.sign-in': 'Sign in and look',

  'end.recovery': 'Ended: account recovery',
  'notice.recovery.begun':
    'Your account is being recovered: there is a new passkey, and your former ones are suspended. If it was not you, cancel it at once',
  'notice.recovery.cancelled': 'The recovery was cancelled and the new passkey removed',
  'problem.cooling-off':
    'Your account is cooling off after a recovery. This change has to wait until that is over, or needs a sign-in with your card.',
  'problem.recovery-over': 'There is no recovery to cancel. It was cancelled already, or has cooled off.',
} as const;
