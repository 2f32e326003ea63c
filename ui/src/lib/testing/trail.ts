/** A made-up audit trail, and a throwaway recovery phrase, for the gallery and the tests. */
import type { AuditEntry, AuditKind } from '../bindings';

/** The words of a key that protects nothing. */
export const PHRASE =
  'harbour amount abandon zebra ocean merit canoe wrist lunar timber rapid velvet ' +
  'anchor copper drift ember fabric glance hollow island jungle kidney ladder mango';

type Told = [kind: AuditKind, text: string, details?: Record<string, string>, account?: [string, string]];

const ADA: [string, string] = ['mira', 'Mira Halvorsen'];
const TOMO: [string, string] = ['tomo', 'トモの台所 🍜'];
const GONE: [string, string] = ['gone', 'Bo Aasen'];

/** What happened, newest first, as a few days tell it. */
const TOLD: Told[] = [
  ['refreshed', 'TikTok gave a new pair of tokens.', { expires_in: '86400' }, ADA],
  ['directPost', 'A direct post was handed to TikTok.', { publish_id: 'v_pub_file~v2.7421' }, ADA],
  [
    'consentGiven',
    'You agreed to TikTok’s terms when sending a post.',
    { disclosure: 'none', mode: 'direct', privacy: 'PUBLIC_TO_EVERYONE', terms: 'music_usage' },
    ADA,
  ],
  ['phraseShown', 'The recovery phrase was shown.'],
  ['keyChanged', 'The vault has a new key, kept in the keyring.', { from: 'keyring', to: 'keyring' }],
  ['revoked', 'TikTok was told of the disconnect.', {}, GONE],
  ['disconnected', 'The account was disconnected here.', {}, GONE],
  ['accessRemoved', 'TikTok says that the creator took the access back.', { reason: 'auth_removed' }, TOMO],
  ['refreshRefused', 'TikTok refused the tokens for good.', { code: 'invalid_grant' }, TOMO],
  ['settingChanged', 'The webhook receiver was turned on.', { new: 'on', old: 'off', setting: 'webhook' }],
  ['inboxDraft', 'A draft was handed to the TikTok inbox.', { publish_id: 'v_inbox_file~v2.7398' }, TOMO],
  ['connectRefused', 'Connecting was refused on TikTok’s page.', { reason: 'access_denied' }],
  ['exported', 'The trail was exported.', { entries: '312', format: 'csv' }],
  ['restored', 'The database was restored from a backup.', { backup: '2026-11-20T04:12:00Z' }],
  ['reconnected', 'The account was connected again.', { scopes: 'user.info.basic,video.upload' }, TOMO],
  ['appChanged', 'Client key and secret were entered.', { client_key: 'awkey' }],
  ['connected', 'The account was connected.', { scopes: 'user.info.basic,video.publish,video.upload' }, ADA],
  ['keyMade', 'A vault was made with its first key.', { source: 'keyring' }],
];

/** So many entries, newest first; the same story again and again further back. */
export function trail(count: number, newest = Date.now()): AuditEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const [kind, text, details = {}, account] = TOLD[index % TOLD.length] as Told;
    const seq = count - index;
    return {
      seq,
      at: new Date(newest - (index * 3.7 + 0.4) * 3_600_000).toISOString(),
      kind,
      accountId: account?.[0] ?? null,
      accountName: account?.[1] ?? null,
      text,
      details,
      hash: Array.from({ length: 8 }, (_, part) =>
        ((seq * 2_654_435_761 + part * 40_503) >>> 0).toString(16).padStart(8, '0'),
      ).join(''),
    };
  });
}
