import { accountEn } from './account-en.ts';
import { confirmationEn } from './confirmation-en.ts';
import { counterEn } from './counter-en.ts';
import { mandateEn } from './mandate-en.ts';
import { passkeyEn } from './passkey-en.ts';

export const en = {
  ...accountEn,
  ...mandateEn,
  ...counterEn,
  ...passkeyEn,
  ...confirmationEn,

  service: 'Identity provider',

  'sign-in.title': 'Sign in',
  'sign-in.for': 'Sign in to {organisation}',
  'sign-in.for-account': 'Manage how you sign in',
  'sign-in.lead':
    '{organisation} will learn your name and that it is you each time. It never gets your national ID number.',
  'sign-in.lead-no-name':
    '{organisation} will only learn that it is you each time. It never gets your national ID number.',
  'sign-in.lead-account': 'See your passkeys, your certificates and where you signed in lately.',
  'sign-in.other-person': 'Please sign in as the same person as before. You signed in as somebody else.',
  'sign-in.other-holder':
    'Whoever you are signed in as cannot use this service. Please sign in with a card as shown below.',
  'sign-in.stronger':
    'This service needs a higher level of assurance. Sign in again in one of the ways below.',
  'sign-in.again': 'This service wants to be sure that it is still you. Please sign in again.',
  'sign-in.no-script': 'Signing in needs JavaScript. Please turn it on and load the page again.',
  'passkey.heading': 'Sign in with a passkey',
  'passkey.lead':
    'With the fingerprint, face or screen lock of your phone or computer. No card reader needed.',
  'passkey.button': 'Use a passkey',
  'card.heading-person': 'Sign in with your citizen card',
  'card.heading-organisation': 'Sign in with the card of your organisation',
  'card.heading-any': 'Sign in with a card',
  'card.lead-person':
    'The first time, use your citizen card or health insurance card. Insert it and fill in both fields.',
  'card.lead-organisation': 'Insert the card of the company, group or agency and enter its PIN.',
  'card.lead-any':
    'Insert your citizen card or health insurance card, or the card of a company, group or agency, and fill in the fields below.',
  'card.national-id': 'National ID number',
  'card.national-id-hint-person': 'One letter and nine digits',
  'card.national-id-hint-any':
    'One letter and nine digits. Leave it empty with the card of a company, group or agency.',
  'card.pin': 'Card PIN',
  'card.pin-hint': 'It goes to the card component on your computer only, never to us.',
  'card.or':
    'Or use one of the ways below; the card program asks for the PIN itself, so it is not typed on this page.',
  'card.needs-high': 'This service needs high assurance. Please use the card in one of the ways below.',
  'web-eid.lead': 'If the Web eID extension and application are installed:',
  'web-eid.button': 'Use the card with Web eID',
  'tls.lead': 'If the certificate of the card is known to the browser or the operating system:',
  'tls.button': "Sign in with the browser's certificate",
  'card-tls.title': 'Show the certificate',
  'card-tls.back':
    'The certificate has been received; this window closes by itself. Please go back to the sign-in page.',
  'card-tls.no-certificate':
    'The browser showed no certificate. Close this window, insert the card and try again.',
  'card.why': 'Why do you ask for my ID number?',
  'card.why-body':
    'The card holds only the last four digits, and somebody with your name may share them. We ask the civil registry whether this card was given to the person with this number, keep it encrypted, and never pass it to the site you sign in to.',
  'card.no-component': 'No card component yet?',
  'card.no-component-body':
    'Install the HiPKI component, plug in the reader with your card, and come back to this page.',
  'cancel.button': 'Do not sign in, go back to {organisation}',

  'enrol.title': 'No card needed next time',
  'enrol.lead': 'Keep a passkey on this device. Next time your fingerprint, face or screen lock is enough.',
  'enrol.title-by-code': 'Create your passkey',
  'enrol.lead-by-code':
    'Keep a passkey on this device. From then on your fingerprint, face or screen lock signs you in at every agency.',
  'enrol.name': 'Name this passkey',
  'enrol.name-hint': 'Such as “My phone”, so that you recognise it later.',
  'enrol.button': 'Create the passkey',
  'enrol.skip': 'Not this time, continue',
  'enrol.how': 'Is a passkey safe?',
  'enrol.how-body':
    'The key stays on your device or in your key manager; we keep only its public half. It is valid as long as your card is: when the card is revoked, the passkey is suspended too.',
  'enrol.how-body-by-code':
    'The key stays on your device or in your key manager; we keep only its public half. You can remove it in “My account” at any time.',
  'enrol.default-name': 'My device',

  'device.title': 'Sign in at a kiosk',
  'device.lead': 'Type the code on the kiosk’s screen, and sign in here with your card or passkey.',
  'device.code': 'Code',
  'device.code-hint': 'Eight letters, such as WDJB-MJHT. Capitals or not.',
  'device.continue': 'Continue',
  'device.confirm-title': 'Is this the kiosk in front of you?',
  'device.confirm-lead': 'Once you sign in, this kiosk can act as you.',
  'device.organisation': 'Organisation',
  'device.website': 'Website',
  'device.warning':
    'Go on only if you stand at this kiosk yourself and its screen shows the same code. If somebody sent you the code, choose “No”.',
  'device.yes': 'Yes, sign in',
  'device.no': 'No',
  'device.done-title': 'The kiosk is signed in',
  'device.done': 'Go on at the kiosk. You can close this page. Sign out at the kiosk when you have finished.',
  'device.fault.unknown': 'There is no such code, or it has expired. Look at the kiosk’s screen again.',
  'device.fault.stopped': 'Stopped: the kiosk is not signed in.',
  'device.fault.failed': 'This did not work; start again at the kiosk.',
  'logout.title': 'Sign out',
  'logout.lead': 'Sign out from this browser?',
  'logout.body':
    'You will have to sign in again at every organisation. We tell the sites where you used this sign-in; at a site that takes no such notice, sign out there too.',
  'logout.yes': 'Sign out',
  'logout.no': 'Stay signed in',
  'logged-out.title': 'You are signed out',
  'logged-out.body': 'On a shared computer, close the browser.',

  'home.title': 'Identity provider',
  'home.lead': 'Sign in to the services of every agency, with your citizen card or a passkey.',
  'home.manage': 'Manage how I sign in',
  'home.point-one': 'One way to sign in works everywhere.',
  'home.point-subject': 'Each organisation knows you by another code; they cannot compare them.',
  'home.point-id': 'Your national ID number is kept encrypted and never given to the site you sign in to.',

  'error.title': 'Signing in cannot go on',
  'error.expired': 'This sign-in has expired or is finished. Please start again at the site you came from.',
  'error.client': 'The site that asked is not registered, or asked wrongly. You did nothing wrong.',
  'error.request': 'What the site sent was incomplete or wrong. Please go back to it and try again.',
  'error.unmet': 'No way of signing in reaches the level of assurance that this service demands.',
  'error.advice': 'Go back to the site you came from and start signing in again.',

  'problem.national-id-malformed': 'The national ID number is not valid; check it for a typing error.',
  'problem.challenge-unknown': 'This attempt has expired or was already used. Press sign in again.',
  'problem.card-signature-wrong': 'The answer of the card does not fit this sign-in. Press sign in again.',
  'problem.card-expired': 'This card has expired. A household registration office can renew it.',
  'problem.card-not-trusted':
    'This card cannot be used here. Please use a card issued under the government PKI.',
  'problem.holder-not-accepted':
    'This service does not take this kind of card. Persons use a citizen or health insurance card; companies, groups and agencies use their own.',
  'problem.national-id-missing': 'This is the card of a person. Please fill in the national ID number.',
  'problem.card-without-organisation':
    'This card names no business number and no agency code, so it cannot be used. Please ask the authority that issued it.',
  'problem.card-revoked':
    'This card has been revoked and cannot be used. If you did not ask for that, contact a household registration office.',
  'problem.identity-not-confirmed':
    'The card and the ID number are not those of the same person. Make sure that it is your own card and that the number is right.',
  'problem.person-deceased': 'This card can no longer be used; ask at a household registration office.',
  'problem.certificate-of-another': 'This card cannot be used; ask at a household registration office.',
  'problem.registry-unavailable':
    'The civil registry cannot be asked at the moment. Try again in a few minutes; your card is fine.',
  'problem.revocation-unknown':
    'It cannot be checked at the moment whether cards are valid. Try again in a few minutes; your card is fine.',
  'problem.passkey-not-accepted': 'This passkey was not accepted. Try another one, or use your card.',
  'problem.passkey-suspended':
    'This passkey is suspended because the card it came from is no longer valid. Sign in with a valid card.',
  'problem.passkey-answer-wrong': 'The passkey was not accepted. Please try again.',
  'problem.passkey-model-unsafe':
    'This model of security key is known to be unsafe and cannot be used. Use another one, or your card.',
  'problem.passkeys-full': 'You have 10 passkeys, which is the most. Remove one that you do not use first.',
  'problem.second-factor-needed': 'Confirm with another passkey of yours first, or sign in with your card.',
  'problem.passkey-same': 'This is the passkey that you signed in with. Please use another one.',
  'problem.passkey-of-another': 'This passkey is not yours. Please use another one.',
  'problem.passkey-known': 'This passkey exists already.',
  'problem.card-login-needed': 'Sign in with your card again before you create a passkey.',
  'problem.login-ended': 'You are no longer signed in. Please sign in again.',
  'problem.interaction-expired':
    'This sign-in has expired or is finished. Please start again at the site you came from.',
  'problem.rate-limited': 'Too many attempts. Wait a few minutes and try again.',
  'problem.csrf-refused': 'This page has expired. Load it again and retry.',
  'problem.other': 'That did not work. Please try again.',

  'script.waiting-card': 'Waiting for the card… please leave the small window open.',
  'script.checking': 'Checking…',
  'script.waiting-web-eid': 'Please choose the certificate and enter the PIN in the Web eID window…',
  'script.waiting-tls': 'Please choose the certificate in the window that opened…',
  'script.web-eid-missing':
    'The Web eID extension is not installed in this browser, or not switched on. Install it and reload the page, or sign in another way.',
  'script.web-eid-no-application':
    'The Web eID application was not found. Please install it on this computer and try again.',
  'script.web-eid-old': 'The Web eID extension or application is too old. Please update it and try again.',
  'script.web-eid-insecure': 'Web eID works on https sites only.',
  'script.web-eid-cancelled': 'The card was not read with Web eID. Please try again.',
  'script.web-eid-failed': 'Web eID could not read the card. Please check that it is inserted and try again.',
  'script.tls-closed': 'The certificate window was closed before a certificate was shown. Please try again.',
  'script.tls-no-certificate': 'The browser showed no certificate. Please insert the card and try again.',
  'script.waiting-passkey': 'Follow the instructions of your device…',
  'script.popup-blocked':
    'The browser blocked the card window. Allow this site to open windows and try again.',
  'script.popup-closed': 'The card window was closed before the card had signed. Please try again.',
  'script.card-silent':
    'The card component does not answer. Make sure that it is installed and running, and try again.',
  'script.no-card': 'There is no card in the reader. Insert your card and try again.',
  'script.pin-wrong': 'The PIN is wrong. After three wrong tries the card locks.',
  'script.pin-locked': 'The PIN is locked. A household registration office can unlock the card.',
  'script.site-refused': 'The card component does not trust this site.',
  'script.card-failed': 'The card did not sign. Please try again.',
  'script.national-id-missing': 'Enter your national ID number.',
  'script.national-id-wrong': 'The national ID number is not valid; check it for a typing error.',
  'script.pin-missing': 'Enter the PIN.',
  'script.name-missing': 'Give the passkey a name.',
  'script.passkey-cancelled': 'No passkey was used. Try again, or use your card.',
  'script.passkey-known': 'This device holds a passkey of yours already.',
  'script.passkey-unsupported': 'This browser does not support passkeys. Please use your card.',
  'script.offline': 'The server cannot be reached. Check your connection and try again.',
} as const;
