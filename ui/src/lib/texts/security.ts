/** What is said about the key, the trail and diagnostics. */
import type { AuditFormat, AuditKind, KeySource } from '../bindings';
import type { AuditGroup } from '../audit.svelte';

export const security = {
  title: 'Security',

  key: {
    title: 'Encryption key',
    lead: 'Tokens, your TikTok app’s secret and upload addresses are encrypted with one key.',
    sources: {
      environment: {
        title: 'The key comes from the environment',
        text: 'SLIPWAY_FERNET_KEY sets it. Slipway keeps no copy, so it can only be changed there.',
      },
      keyring: {
        title: 'The key lies in this computer’s keyring',
        text: 'The keyring opens with your desktop session. Slipway asks it for the key at each start.',
      },
      passphrase: {
        title: 'The key is protected by your passphrase',
        text: 'The passphrase itself is never stored. Slipway asks you for it at each start.',
      },
    } satisfies Record<KeySource, { title: string; text: string }>,
    since: (date: string) => `In use since ${date}`,
    shown: (date: string) => `recovery phrase last shown on ${date}`,
    nudgeTitle: 'Nobody has written this key down yet',
    nudge:
      'If the key gets lost, with this computer or its keyring, every account has to be connected again. The recovery phrase brings it back.',
    change: { keyring: 'Change key', passphrase: 'Change passphrase', environment: '' } satisfies Record<
      KeySource,
      string
    >,
  },

  phrase: {
    show: 'Show recovery phrase',
    title: 'Recovery phrase',
    text: 'The 24 words are the key itself, in a form that can be written down.',
    points: [
      'Whoever has these words and a copy of your data folder can use your accounts.',
      'Write them down or print them, and keep the sheet where you keep important papers. No photo, no cloud.',
      'Look around: nobody else should see your screen now.',
    ],
    reveal: 'Show the words',
    list: 'Words of the recovery phrase',
    notCopied:
      'The words cannot be copied here: other programs can read the clipboard, and some keep what was on it.',
    print: 'Print',
    hide: 'Hide the words',
    done: 'Done',
    audited: 'That the phrase was shown is noted in the audit trail; the words are not.',
    sheet: {
      title: 'Slipway recovery phrase',
      made: (date: string) => `Printed on ${date}`,
      text: 'These 24 words, in this order, give Slipway’s key back: at the start, choose “Restore with recovery phrase” and type them. They fit until the key is changed.',
      keep: 'Whoever has these words and a copy of the data folder can use the connected accounts. Keep this sheet as you keep important papers.',
    },
  },

  changeKey: {
    titles: { keyring: 'Change the key', passphrase: 'Change the passphrase' },
    texts: {
      keyring: 'Slipway makes a new key and encrypts everything with it anew. Uploads pause for a moment.',
      passphrase:
        'Slipway makes a new key behind the new passphrase and encrypts everything anew. Uploads pause for a moment.',
    },
    old: 'The old recovery phrase does not fit the new key. Show the new one afterwards.',
    current: 'Current passphrase',
    currentEmpty: 'Enter the passphrase that you use now.',
    where: 'Where the new key lies',
    places: { keyring: 'In the keyring', passphrase: 'Behind a passphrase' },
    fresh: 'New passphrase',
    freshRepeat: 'Repeat new passphrase',
    confirm: { keyring: 'Change key', passphrase: 'Change passphrase' },
    done: 'The key was changed',
  },

  diagnostics: {
    section: 'Diagnostics',
    row: 'When something goes wrong and somebody helps you, a file with how Slipway stands says more than words.',
    open: 'Export diagnostics',
    title: 'Export diagnostics',
    text: 'One zip file that you can look through before you hand it on.',
    insideTitle: 'Inside',
    inside: [
      'Versions of Slipway and of this system',
      'Settings, and how accounts, posts and services stand',
      'Slipway’s logs of the last week',
    ],
    neverTitle: 'Never inside',
    never: ['Tokens, keys, passphrases, sign-in codes', 'Videos or pictures'],
    addTitle: 'Only if you tick it',
    captions: 'Captions',
    captionsText: 'What you wrote under your videos.',
    fileNames: 'File names',
    fileNamesText: 'Names of your videos and the folders they lie in.',
    save: 'Choose where to save',
    done: (path: string) => `Diagnostics saved: ${path}`,
  },

  audit: {
    title: 'Audit trail',
    lead: 'What happened to accounts, keys and consent, in an order that cannot be changed unnoticed: each entry seals the one before it.',
    state: (entries: string, one: boolean, when: string) =>
      `${entries} ${one ? 'entry' : 'entries'}, verified ${when}`,
    broken: (entry: string, entries: string, when: string) =>
      `Broken at entry ${entry} of ${entries}, verified ${when}`,
    brokenEntry: 'Not as it was written',
    verify: 'Verify now',
    today: (time: string) => `today at ${time}`,
    onDay: (day: string, time: string) => `on ${day} at ${time}`,
    whole: 'The trail is whole',
    export: 'Export',
    exportHint: (filtered: boolean) => (filtered ? 'What the filters show' : 'All entries'),
    formats: {
      jsonLines: { name: 'JSON Lines', text: 'Everything, with hashes; can be verified elsewhere' },
      csv: { name: 'CSV', text: 'For spreadsheets' },
    } satisfies Record<AuditFormat, { name: string; text: string }>,
    exported: (path: string) => `Trail saved: ${path}`,
    filters: 'Filters',
    kind: 'Kind',
    groups: {
      accounts: 'Accounts',
      key: 'Key',
      posts: 'Posts and consent',
      settings: 'Settings and data',
    } satisfies Record<AuditGroup, string>,
    allKinds: 'All kinds',
    account: 'Account',
    allAccounts: 'All accounts',
    from: 'From day',
    to: 'To day',
    between: 'to',
    clear: 'Clear filters',
    empty: 'Nothing has been noted yet.',
    nothing: 'No entry fits these filters.',
    more: 'Show older entries',
    number: (entry: string) => `Entry ${entry}`,
    hash: 'Hash (BLAKE3)',
    when: 'Time',
    kinds: {
      connected: 'Account connected',
      reconnected: 'Account connected again',
      connectRefused: 'Connecting refused',
      refreshed: 'Tokens renewed',
      refreshRefused: 'Tokens refused',
      accessRemoved: 'Access taken back',
      disconnected: 'Account disconnected',
      revoked: 'TikTok told of a disconnect',
      keyMade: 'Key made',
      keyChanged: 'Key changed',
      keyRestored: 'Key restored',
      phraseShown: 'Recovery phrase shown',
      tokensForgotten: 'Tokens forgotten',
      consentGiven: 'Consent given',
      directPost: 'Direct post',
      inboxDraft: 'Inbox draft',
      settingChanged: 'Setting changed',
      appChanged: 'TikTok app changed',
      restored: 'Backup restored',
      exported: 'Trail exported',
    } satisfies Record<AuditKind, string>,
  },
} as const;
