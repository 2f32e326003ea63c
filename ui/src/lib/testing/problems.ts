/** Every startup problem with its texts and its recovery actions. */
import type { ProblemKind, Startup, WayOut } from '../bindings';
import { fakeNotice } from './notices';

const UNTOUCHED = 'Slipway stopped before touching anything: your accounts and your queue are as they were.';
const WITHOUT_KEY: WayOut[] = ['restoreKey', 'forgetTokens', 'tryAgain'];

type ProblemTexts = [ways: WayOut[], happened: string, slipway: string, you: string];

const TEXTS: Record<ProblemKind, ProblemTexts> = {
  keyMalformed: [
    WITHOUT_KEY,
    'The key from your keyring is damaged.',
    UNTOUCHED,
    'Restore the keyring’s entry from a backup, then try again.',
  ],
  keyWrong: [
    WITHOUT_KEY,
    'The key from your keyring is not the one that your data was encrypted with.',
    UNTOUCHED,
    'Did you copy the data folder from another computer? Bring its key along, then try again.',
  ],
  keyMissing: [
    WITHOUT_KEY,
    'Your keyring no longer holds Slipway’s key.',
    UNTOUCHED,
    'Restore the keyring’s entry “Slipway”, then try again.',
  ],
  keyringLocked: [
    ['tryAgain', 'restoreKey', 'forgetTokens'],
    'Your keyring is locked or does not answer, so Slipway cannot read its key.',
    UNTOUCHED,
    'Unlock the keyring, usually by signing in to your desktop, then try again.',
  ],
  passphraseNew: [
    ['choosePassphrase', 'tryAgain'],
    'This computer has no keyring that Slipway could keep its key in.',
    'Slipway will protect your accounts with a passphrase instead. It is never stored.',
    'Choose a passphrase. You will be asked for it each time Slipway starts.',
  ],
  passphraseNeeded: [
    ['unlock', 'restoreKey', 'forgetTokens'],
    'Your accounts are protected with a passphrase.',
    'Slipway waits for it.',
    'Enter your passphrase.',
  ],
  passphraseWrong: [
    ['unlock', 'restoreKey', 'forgetTokens'],
    'This passphrase does not open your data.',
    UNTOUCHED,
    'Try again. Capital letters count.',
  ],
  databaseNewer: [
    ['tryAgain'],
    'Your data was written by a newer Slipway.',
    UNTOUCHED,
    'Install the newest Slipway, then start it again.',
  ],
  databaseDamaged: [
    ['tryAgain'],
    'Slipway’s database is damaged, and no good backup of it was found.',
    'Slipway leaves the file as it is, at /home/mira/.local/share/slipway/slipway.db.',
    'Restore the data folder from a backup of your own, or move it away to start afresh.',
  ],
  alreadyRunning: [
    ['tryAgain'],
    'Another Slipway is already using this data folder.',
    'This one does nothing, so that no video goes up twice.',
    'Use the window that is already open, or close it first.',
  ],
  storage: [
    ['tryAgain'],
    'The disk took nothing more for /home/mira/.local/share/slipway: it is full, or your share of it is used up.',
    UNTOUCHED,
    'Free some space, then try again.',
  ],
  environment: [
    [],
    'SLIPWAY_CLIENT_KEY is set, but SLIPWAY_CLIENT_SECRET is not.',
    'Slipway stopped before touching anything.',
    'Set both or neither, then start Slipway again.',
  ],
};

/** Returns a startup that ended with a problem. */
export function problem(kind: ProblemKind, ways: WayOut[] = TEXTS[kind][0]): Startup {
  const [, happened, slipway, you] = TEXTS[kind];
  const notice = fakeNotice({ code: `start.${kind}`, happened, slipway, you });
  return { kind: 'problem', problem: kind, notice, ways };
}

/** All problems. A wrong key from the environment can be corrected only there. */
export const problems: Record<string, Startup> = {
  ...Object.fromEntries((Object.keys(TEXTS) as ProblemKind[]).map((kind) => [kind, problem(kind)])),
  'keyWrong-environment': {
    kind: 'problem',
    problem: 'keyWrong',
    notice: fakeNotice({
      code: 'vault.key_wrong',
      happened: 'The key in SLIPWAY_FERNET_KEY is not the one that your data was encrypted with.',
      slipway: UNTOUCHED,
      you: 'Use the key that this data folder was made with, or remove the variable if you never set one for it.',
    }),
    ways: ['tryAgain'],
  },
  'keyMalformed-environment': {
    kind: 'problem',
    problem: 'keyMalformed',
    notice: fakeNotice({
      code: 'vault.key_malformed',
      happened: 'The key in SLIPWAY_FERNET_KEY is not a Fernet key.',
      slipway: UNTOUCHED,
      you: 'A Fernet key is 32 bytes in URL-safe base64, 44 characters ending in “=”. Correct the variable or remove it, then start Slipway again.',
    }),
    ways: [],
  },
  'keyringLocked-first': problem('keyringLocked', ['tryAgain', 'choosePassphrase']),
};
