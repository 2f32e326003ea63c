/** What is said before the window is ready: the first run, problems, and entering a TikTok app. */
import type { ProblemKind, WayOut } from '../bindings';

export const firstRun = {
  title: 'Videos down the ramp, once each.',
  lead: 'Slipway posts your videos to TikTok and watches each one until it is up. Keys and sign-ins stay encrypted on this computer.',
  question: 'How would you like to start?',
  sandbox: 'Try the sandbox',
  sandboxText:
    'A practice TikTok on this computer, with creators to post as. No sign-up, nothing goes public.',
  tiktok: 'Use my TikTok app',
  tiktokText: 'Post to your real accounts. You need a TikTok developer app; a guide shows each step.',
} as const;

export const setup = {
  title: 'Your TikTok app',
  lead: 'TikTok asks every program that posts for a key of its own. You make one once, in TikTok’s developer portal. It takes about ten minutes.',
  portal: 'Open the developer portal',
  portalUrl: 'https://developers.tiktok.com/apps/',
  steps: {
    create: {
      title: 'Create an app',
      text: 'Sign in to the portal and choose “Connect an app”. Give it a name of your own, without “TikTok” in it.',
    },
    login: {
      title: 'Add Login Kit, with the Desktop platform',
      text: 'Under Login Kit, turn on Desktop and paste this redirect address, exactly as it stands:',
    },
    loginWeb: {
      title: 'Add Login Kit, with the Web platform',
      text: 'You use a page of your own. Under Login Kit, turn on Web and paste its address, exactly as it stands:',
    },
    posting: {
      title: 'Add Content Posting API, with Direct Post on',
      text: 'Direct Post puts videos on your profile. Without it only inbox drafts work.',
    },
    scopes: {
      title: 'Add the three scopes',
      text: 'Slipway asks for these and nothing else:',
      list: [
        ['user.info.basic', 'your name and picture'],
        ['video.publish', 'post to your profile'],
        ['video.upload', 'send drafts to your inbox'],
      ],
    },
    keys: {
      title: 'Copy the key and the secret',
      text: 'Both stand on the app’s page under Credentials. The secret is encrypted on this computer and never shown again.',
    },
  },
  copyRedirect: 'Copy redirect address',
  copied: 'Redirect address copied',
  clientKey: 'Client key',
  clientSecret: 'Client secret',
  save: 'Save',
  saved: 'TikTok app saved',
  keyMissing: 'Enter the client key.',
  secretMissing: 'Enter the client secret.',
  fromEnvironment:
    'Key and secret come from this computer’s environment settings, so they cannot be changed here.',
  unauditedTitle: 'What “unaudited” means',
  unaudited: [
    'A new app is unaudited until TikTok has looked at how it posts. Until then TikTok limits direct posts: the account must be set to private while you post, the post is visible to “Only me”, and at most five people can post with the app in a day.',
    'Inbox drafts have none of these limits: the video arrives in your TikTok inbox and you finish it there. Many creators use only that.',
    'When your app has passed TikTok’s audit, public posts work. Nothing changes in Slipway.',
  ],
} as const;

export const problems = {
  broken: 'Slipway could not start',
  passphrase: 'Passphrase',
  repeat: 'Repeat passphrase',
  unlock: 'Unlock',
  set: 'Set passphrase',
  empty: 'Enter a passphrase.',
  differ: 'The two passphrases are not the same.',
  advice: 'Four or five random words are strong and easy to remember. Slipway cannot recover it for you.',
  chooseText:
    'Slipway protects your accounts with it instead of the keyring, and asks for it at each start. It is never stored.',
  back: 'Back',
  others: 'Other ways',
  ways: {
    tryAgain: { label: 'Try again', text: 'Once you have put it right elsewhere.' },
    unlock: { label: 'Enter the passphrase', text: 'If one protected your accounts before.' },
    choosePassphrase: {
      label: 'Choose a passphrase instead',
      text: 'Slipway then does without the keyring.',
    },
    restoreKey: {
      label: 'Restore with recovery phrase',
      text: 'Make the key anew from the 24 words that you wrote down or printed.',
    },
    forgetTokens: {
      label: 'Forget the tokens and reconnect',
      text: 'If the key is lost for good. The queue and its history stay.',
    },
  } satisfies Record<WayOut, { label: string; text: string }>,
  titles: {
    keyMalformed: 'The encryption key is not valid',
    keyWrong: 'The encryption key does not fit your data',
    keyMissing: 'The encryption key is missing',
    keyringLocked: 'The keyring is locked',
    passphraseNew: 'Choose a passphrase',
    passphraseNeeded: 'Enter your passphrase',
    passphraseWrong: 'That passphrase is not right',
    databaseNewer: 'Your data comes from a newer Slipway',
    databaseDamaged: 'The database is damaged',
    alreadyRunning: 'Slipway is already running',
    storage: 'Slipway cannot use its folder',
    environment: 'A setting of the environment is not right',
  } satisfies Record<ProblemKind, string>,

  restore: {
    title: 'Restore your key',
    text: 'Enter the 24 words of the recovery phrase, in their order. Numbers, capitals and line breaks do not matter.',
    phrase: 'Recovery phrase',
    count: (count: number, all: number) => `${count} of ${all} words`,
    tooFew: (count: number, all: number) => `A recovery phrase has ${all} words. These are ${count}.`,
    protect: 'Protect the key with a passphrase',
    protectText: 'Slipway asks for it at each start, instead of using this computer’s keyring.',
    confirm: 'Restore key',
  },
  forget: {
    title: 'Forget the tokens?',
    text: 'Without its key nothing can read what it protected. Slipway makes a new key and goes on without that.',
    lostTitle: 'Gone for good',
    lost: [
      'The sign-in of every account. You connect each one again.',
      'The client secret of your TikTok app. You enter it again.',
    ],
    keptTitle: 'Kept',
    kept: [
      'Accounts with their labels, colours and weekly slots',
      'The queue: drafts, planned posts and their times',
      'The history of every post',
    ],
    afterwards: 'Posts wait until their account is connected again, then go on.',
    confirm: 'Forget the tokens',
  },
} as const;
