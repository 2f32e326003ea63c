/** A sample audit trail and a throwaway recovery phrase. */
import type { AuditEntry, AuditKind, Notice } from '../bindings';
import { fakeNotice, line } from './notices';

/** The recovery phrase of a key that protects nothing. */
export const PHRASE =
  'harbour amount abandon zebra ocean merit canoe wrist lunar timber rapid velvet ' +
  'anchor copper drift ember fabric glance hollow island jungle kidney ladder mango';

type SampleEntry = [
  kind: AuditKind,
  text: string,
  details?: Record<string, string>,
  account?: [string, string],
];

const MIRA: [string, string] = ['mira', 'Mira Halvorsen'];
const TOMO: [string, string] = ['tomo', 'トモの台所 🍜'];
const BO: [string, string] = ['gone', 'Bo Aasen'];
const MUSIC = 'The creator agreed to TikTok’s Music Usage Confirmation';

/** Entries of a few days, newest first. */
const SAMPLE: SampleEntry[] = [
  ['refreshed', `TikTok renewed the tokens of ${MIRA[1]}.`, {}, MIRA],
  ['directPost', `A post was handed to TikTok for ${MIRA[1]}.`, { publishId: 'v_pub_file~v2-1.7421' }, MIRA],
  [
    'consentGiven',
    `${MUSIC} by posting to ${MIRA[1]}.`,
    { mode: 'direct', privacy: 'PUBLIC_TO_EVERYONE', terms: 'musicUsage' },
    MIRA,
  ],
  ['phraseShown', 'The recovery phrase was shown.'],
  ['keyChanged', 'The vault got a new key; it is kept in the system’s keyring.', { source: 'keyring' }],
  ['revoked', `TikTok was told that ${BO[1]} was disconnected.`, {}, BO],
  ['disconnected', `${BO[1]} was disconnected.`, {}, BO],
  ['accessRemoved', `Slipway’s access to ${TOMO[1]} was taken back at TikTok.`, {}, TOMO],
  [
    'refreshRefused',
    `TikTok refused the tokens of ${TOMO[1]} (invalid_grant): the account must be connected again.`,
    { reason: 'invalid_grant' },
    TOMO,
  ],
  [
    'settingChanged',
    'The receiver of TikTok’s webhooks was changed from off to port 7834.',
    { from: 'off', setting: 'webhook', to: 'port:7834' },
  ],
  ['inboxDraft', `A draft was handed to the TikTok inbox of ${TOMO[1]}.`, {}, TOMO],
  ['connectRefused', 'Connecting an account was refused (access_denied).', { reason: 'access_denied' }],
  ['exported', 'The trail was exported as csv (entries: 312).', { entries: '312', format: 'csv' }],
  ['restored', 'The database was restored from a backup of 20 November, 04:12.'],
  ['reconnected', `${TOMO[1]} was connected again and granted user.info.basic, video.upload.`, {}, TOMO],
  ['appChanged', 'Client key and secret of the TikTok app were entered.', { change: 'entered' }],
  ['connected', `${MIRA[1]} was connected and granted user.info.basic, video.publish.`, {}, MIRA],
  ['keyMade', 'The vault was made; its key is kept in the system’s keyring.', { source: 'keyring' }],
];

/** The notice of a trail with a changed entry. */
export const broken: { at: number; notice: Notice } = {
  at: 57,
  notice: fakeNotice({
    code: 'audit.altered',
    happened:
      'Entry 57 of the audit trail is not as Slipway wrote it. Only the entries before it can be relied on.',
    slipway:
      'Slipway goes on working and goes on writing to the trail. What it writes from now on is chained and sealed as before; the broken place stays visible.',
    you: 'Find out who or what could change Slipway’s database: another program, another person, a disk that fails, or a backup that was put back by hand.',
  }),
};

/** Returns this number of entries, newest first, by repeating the sample. */
export function trail(count: number, newest = Date.now()): AuditEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const [kind, text, details = {}, account] = SAMPLE[index % SAMPLE.length] as SampleEntry;
    const seq = count - index;
    return {
      seq,
      at: new Date(newest - (index * 3.7 + 0.4) * 3_600_000).toISOString(),
      kind,
      accountId: account?.[0] ?? null,
      accountName: account?.[1] ?? null,
      message: line(text),
      details,
      hash: Array.from({ length: 8 }, (_, part) =>
        ((seq * 2_654_435_761 + part * 40_503) >>> 0).toString(16).padStart(8, '0'),
      ).join(''),
    };
  });
}
