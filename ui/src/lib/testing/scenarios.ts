/** The scenarios of the gallery: one for each state of the UI. */
import type { AwayItem, Folder, FolderSettings, KnownUse, Notice, Post } from '../bindings';
import type { World } from './fakeBackend';
import { NO_FFMPEG } from './fakeFit';
import { creator, notice, post, settings, setupOf } from './fixtures';
import { bo, crowd, ended, endsIn, mira, noor, other, studio, tomo } from './accounts';
import { problems } from './problems';
import { broken, PHRASE, trail } from './trail';
import { away, everyFile, file, folder, from, noPermission, notOffered } from './folders';
import { longHistory, planned, openCircuit, restored, scheduleAt, soon, manyStatusItems } from './planned';
import { fakeNotice } from './notices';

const quota: Notice = fakeNotice({
  code: 'dailyCap',
  happened: 'This account has reached TikTok’s limit of posts for one day.',
  slipway: 'Slipway keeps the post and tries again automatically.',
  you: 'You can still post in the TikTok app.',
});
const refused: Notice = fakeNotice({
  code: 'unaudited',
  happened: 'TikTok refused the post, because your TikTok app is not audited and the account is public.',
  slipway: 'Slipway stopped. Nothing was published.',
  you: 'Set the account to private in the TikTok app and try again, or send the video to the inbox.',
});
const frameRate: Notice = fakeNotice({
  code: 'fps',
  happened: 'The frame rate is 120 fps. TikTok takes 23 to 60.',
  slipway: 'Slipway does not send a file that TikTok would refuse.',
  you: 'Export the video again at 30 or 60 fps.',
});
const soft: Notice = fakeNotice({
  code: 'landscape',
  happened: 'The video is wider than it is tall.',
  slipway: 'Slipway sends it as it is.',
  you: 'Upright videos fill the screen.',
});

const draft = post('harbour', {
  fileName: 'harbour-morning-final-v3.mp4',
  accountName: mira.displayName,
  settings: {
    accountId: 'mira',
    caption:
      'First light over the old harbour, and the boat finally goes in the water. #slipway #boatbuilding',
  },
});

/** The summary of a night with Slipway closed. */
function absence(): AwayItem[] {
  const due = new Date(Date.now() - 7_200_000).toISOString();
  return [
    { kind: 'missed', postId: 'missed', fileName: 'sail-loft.mp4', due },
    { kind: 'sentLate', postId: 'queued', fileName: 'rigging-plan.webm', due, lateSeconds: 1500 },
    { kind: 'ended', postId: 'failed', fileName: 'varnish-day.mp4' },
    { kind: 'folderVideos', folderId: 'exports', name: 'Exports', count: 3 },
  ];
}

function queue(): Post[] {
  const of = { accountName: mira.displayName, settings: { accountId: 'mira', caption: 'Down she goes' } };
  return [
    post('failed', {
      ...of,
      fileName: 'varnish-day.mp4',
      state: { kind: 'failed', notice: refused, canRetry: true, fileChanged: false },
    }),
    post('unconfirmed', {
      ...of,
      fileName: 'mast-step.mov',
      state: {
        kind: 'unconfirmed',
        notice: fakeNotice({
          code: 'unconfirmed',
          happened: 'TikTok has the whole video and did not say within a day how it ended.',
          slipway: 'Slipway does not send it again, so that it cannot appear twice.',
          you: 'Look at your profile in the TikTok app.',
        }),
      },
    }),
    draft,
    post('rtl', { fileName: 'رحلة إلى الميناء القديم عند الفجر.mp4', media: { width: 1920, height: 1080 } }),
    post('uploading', {
      ...of,
      fileName: 'planking-timelapse-4k.mp4',
      sizeBytes: 612_000_000,
      media: { durationMs: 187_000, width: 2160, height: 3840 },
      state: { kind: 'uploading' },
      progress: {
        sentBytes: 389_000_000,
        totalBytes: 612_000_000,
        bytesPerSecond: 8_400_000,
        secondsLeft: 27,
      },
    }),
    post('waiting', {
      ...of,
      fileName: `a very long name ${'that goes on and on '.repeat(8)}🚤🌊.mp4`,
      state: { kind: 'waiting', reason: 'quota', notice: quota, until: soon(754) },
    }),
    post('processing', { ...of, fileName: 'caulking\n101 🔨.mp4', state: { kind: 'processing' } }),
    post('queued', { ...of, fileName: 'rigging-plan.webm', state: { kind: 'queued' } }),
    post('published', {
      ...of,
      fileName: 'keel-laying.mp4',
      state: { kind: 'published' },
      link: 'https://www.tiktok.com/@mira.makes/video/7421',
    }),
    post('inbox', {
      ...of,
      fileName: 'workshop-tour.mp4',
      settings: { ...of.settings, mode: 'inbox' },
      state: { kind: 'deliveredToInbox' },
    }),
    post('cancelled', { ...of, fileName: 'bloopers.mp4', state: { kind: 'cancelled' } }),
  ];
}

const composing = (
  settings: Partial<Post['settings']>,
  world: World = {},
  parts: Partial<Post> = {},
): World => ({
  accounts: [mira, tomo],
  posts: [
    { ...draft, ...parts, settings: { ...draft.settings, ...settings } },
    post('second', { fileName: 'second-draft.mp4' }),
  ],
  ...world,
});

/** The media details of the gallery's clip. */
const clip = {
  ...draft.media,
  container: 'WebM',
  videoCodec: 'VP8',
  width: 360,
  height: 640,
  durationMs: 3000,
};
/** Media that a web view may not be able to decode, and the address of a video that never opens. */
const foreign = { ...draft.media, container: 'MOV', videoCodec: 'H.265', audioCodec: null, fps: 59.94 };
const NOWHERE = 'http://127.0.0.1:9/nothing';

/**
 * Returns drafts that wait for approval: one that needs only a click, one without an audience, one posted
 * before.
 */
function toApprove(): Post[] {
  const of = { accountName: mira.displayName, folder: from() };
  const settings = { accountId: 'mira', caption: 'Down she goes #boatbuilding' };
  return [
    post('approve-inbox', {
      ...of,
      fileName: 'sea-trial.mp4',
      settings: { ...settings, mode: 'inbox' },
    }),
    post('approve-direct', {
      ...of,
      fileName: 'launch-day.mp4',
      folder: from({ when: { kind: 'dailyAt', time: '18:00' } }),
      settings: { ...settings, privacy: 'PUBLIC_TO_EVERYONE' },
    }),
    post('approve-audience', {
      ...of,
      fileName: 'planking-timelapse-4k.mp4',
      folder: from({ when: { kind: 'nextSlot' } }),
      settings,
    }),
    post('approve-known', {
      ...of,
      fileName: 'keel-laying (copy).mp4',
      settings: { ...settings, privacy: 'SELF_ONLY' },
      known: known(mira.displayName),
    }),
  ];
}

const known = (accountName: string): KnownUse[] => [
  {
    accountName,
    postId: 'published',
    at: '2026-11-12T17:30:00Z',
    state: 'posted',
    notice: notice('known', 'This video was posted before.'),
  },
  {
    accountName: 'Bo Aasen',
    postId: null,
    at: '2026-11-23T17:00:00Z',
    state: 'planned',
    notice: notice('known', 'This video is planned.'),
  },
];

/** Folders in every state. */
function everyFolder(): Folder[] {
  const counts = { taken: 48, skipped: 3, ignored: 212 };
  return [
    folder('exports', {
      counts: { ...counts, offered: 12, settling: 1, waiting: 1, approval: 4 },
      settings: { accounts: ['mira', 'tomo'], when: { kind: 'nextSlot' } },
    }),
    folder('reels', {
      path: '/mnt/nas/studio/reels',
      state: { kind: 'watching', byScanning: true },
      consentedAt: '2026-11-12T17:30:00Z',
      settings: {
        accounts: ['mira'],
        action: 'direct',
        when: { kind: 'dailyAt', time: '18:00' },
        post: { ...settings, privacy: 'PUBLIC_TO_EVERYONE', allowComment: true },
      },
      counts: { taken: 31 },
    }),
    folder('new', { state: { kind: 'scanning' }, settings: { action: 'inbox', accounts: ['tomo'] } }),
    folder('holidays', { state: { kind: 'paused' }, counts: { taken: 7 } }),
    folder('card', {
      path: '/media/mira/SD card/DCIM',
      state: { kind: 'away', notice: away },
      counts: { taken: 2, offered: 40 },
    }),
    folder('private', { path: '/root/videos', state: { kind: 'blocked', notice: noPermission } }),
    folder('agency', {
      path: `/home/mira/${'a very long way down/'.repeat(8)}agency`,
      state: { kind: 'blocked', notice: notOffered },
      settings: { accounts: ['mira', 'noor', 'gone'], action: 'direct', subfolders: 'perAccount' },
    }),
  ];
}

const watched = (world: World = {}): World => ({
  accounts: [studio, tomo, noor],
  posts: [...toApprove(), ...queue()],
  folders: everyFolder(),
  folderFiles: { exports: everyFile('exports') },
  ...world,
});

const settingUp = (
  settings: FolderSettings,
  world: World = {},
  consentedAt: string | null = null,
): World => ({
  accounts: [studio, tomo, bo],
  folders: [folder('exports', { settings, consentedAt })],
  ...world,
});

/** Every scenario by name, with the address it opens at. */
export const scenarios: Record<string, { at: string; world: () => World }> = {
  'first-run': {
    at: '#/queue',
    world: () => ({
      startup: { kind: 'choose' },
      setup: setupOf({ sandbox: false, clientKey: null, hasSecret: false }),
    }),
  },
  empty: { at: '#/queue', world: () => ({ accounts: [mira] }) },
  'no-account': { at: '#/queue', world: () => ({}) },
  queue: { at: '#/queue', world: () => ({ accounts: [mira, tomo, noor], posts: queue() }) },
  planned: {
    at: '#/queue',
    world: () => ({
      accounts: [mira, tomo],
      posts: planned(mira.displayName, 'mira'),
      history: longHistory(),
      status: { network: 'metered' },
    }),
  },
  paused: {
    at: '#/queue',
    world: () => ({
      accounts: [mira],
      posts: planned(mira.displayName, 'mira').slice(7),
      status: { paused: true },
    }),
  },
  offline: {
    at: '#/queue',
    world: () => ({ accounts: [mira], posts: queue().slice(7), status: { network: 'offline' } }),
  },
  'open-circuit': {
    at: '#/queue',
    world: () => ({ accounts: [mira], posts: queue().slice(7), status: { services: [openCircuit()] } }),
  },
  trying: {
    at: '#/queue',
    world: () => ({
      accounts: [mira, tomo],
      posts: queue().slice(7),
      status: { services: [openCircuit({ accountId: 'tomo', trying: true })] },
    }),
  },
  restored: {
    at: '#/queue',
    world: () => ({ accounts: [mira], posts: queue().slice(7), status: { notices: [restored] } }),
  },
  'many-status-items': {
    at: '#/queue',
    world: () => ({
      accounts: [mira, tomo],
      posts: planned(mira.displayName, 'mira').slice(4),
      status: { ...manyStatusItems(), paused: true },
    }),
  },
  compose: { at: '#/compose/harbour', world: () => composing({}) },
  'compose-branded': {
    at: '#/compose/harbour',
    world: () =>
      composing({
        privacy: 'PUBLIC_TO_EVERYONE',
        allowComment: true,
        disclosesCommercial: true,
        brandContent: true,
      }),
  },
  'compose-indicate': {
    at: '#/compose/harbour',
    world: () => composing({ privacy: 'SELF_ONLY', disclosesCommercial: true }),
  },
  'compose-ready': {
    at: '#/compose/harbour',
    world: () =>
      composing({ privacy: 'PUBLIC_TO_EVERYONE', allowComment: true, coverMs: 1200 }, {}, { media: clip }),
  },
  'compose-unplayable': {
    at: '#/compose/harbour',
    world: () => composing({ coverMs: 12_300 }, { preview: NOWHERE }, { media: foreign }),
  },
  unplayable: {
    at: '#/queue',
    world: () => ({
      accounts: [mira],
      preview: NOWHERE,
      posts: queue().map((each) => ({ ...each, media: foreign })),
    }),
  },
  'compose-inbox': { at: '#/compose/harbour', world: () => composing({ mode: 'inbox' }) },
  'compose-barred': {
    at: '#/compose/harbour',
    world: () =>
      composing({}, { creators: [creator('mira', { nickname: mira.displayName, cannotPost: quota })] }),
  },
  'compose-findings': {
    at: '#/compose/harbour',
    world: () =>
      composing(
        { caption: 'a'.repeat(2230) },
        {
          creators: [
            creator('mira', {
              nickname: mira.displayName,
              privacyOptions: ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
              duetDisabled: true,
              stitchDisabled: true,
              maxDurationSec: 30,
            }),
          ],
        },
        {
          findings: [
            { rule: 'landscape', severity: 'warns', notice: soft },
            { rule: 'frame_rate_high', severity: 'blocks', notice: frameRate },
          ],
          media: { ...draft.media, width: 1920, height: 1080 },
        },
      ),
  },
  'compose-no-ffmpeg': {
    at: '#/compose/harbour',
    world: () =>
      composing(
        {},
        { ffmpeg: NO_FFMPEG },
        { findings: [{ rule: 'frame_rate_high', severity: 'blocks', notice: frameRate }] },
      ),
  },
  'compose-planned': {
    at: '#/compose/harbour',
    world: () =>
      composing(
        { privacy: 'PUBLIC_TO_EVERYONE' },
        {
          slots: {
            mira: [
              { weekday: 'monday', time: '18:30' },
              { weekday: 'thursday', time: '18:30' },
            ],
          },
        },
        { schedule: scheduleAt(Date.now() + 30 * 3_600_000) },
      ),
  },
  'compose-forecast': {
    at: '#/compose/harbour',
    world: () =>
      composing(
        { privacy: 'PUBLIC_TO_EVERYONE' },
        {
          forecast: {
            directPosts: 15,
            notice: fakeNotice({
              code: 'forecast.direct_posts',
              happened:
                'This is direct post number 16 of this account within 24 hours. TikTok typically allows about 15. The number differs by creator, and posts through other apps count too.',
              slipway:
                'Slipway sends it at its moment all the same. If TikTok says that it is one too many, Slipway waits and tries again automatically.',
              you: 'Choose a later moment if it must go out on time.',
            }),
          },
        },
      ),
  },
  'compose-loading': { at: '#/compose/harbour', world: () => composing({}, { hanging: ['creator'] }) },
  'compose-failed': {
    at: '#/compose/harbour',
    world: () => composing({}, { failing: { creator: notice('offline', 'TikTok did not answer.') } }),
  },
  'compose-no-account': {
    at: '#/compose/harbour',
    world: () => composing({ accountId: null }, { accounts: [] }, { accountName: null }),
  },
  accounts: {
    at: '#/accounts',
    world: () => ({
      accounts: [mira, tomo, noor],
      slots: {
        mira: [
          { weekday: 'monday', time: '18:30' },
          { weekday: 'wednesday', time: '07:15' },
          { weekday: 'wednesday', time: '18:30' },
          { weekday: 'friday', time: '18:30' },
          { weekday: 'sunday', time: '11:00' },
        ],
      },
    }),
  },
  'accounts-marked': {
    at: '#/accounts',
    world: () => ({
      accounts: [studio, { ...tomo, colour: 'orange' }, ended('removed')],
      revocations: [{ accountName: 'Bo Aasen', since: '2026-11-23T19:20:00Z' }],
      posts: queue(),
    }),
  },
  'accounts-ending': {
    at: '#/accounts',
    world: () => ({ accounts: [endsIn('ola', 13), endsIn('siv', 2)] }),
  },
  'accounts-many': {
    at: '#/accounts',
    world: () => ({ accounts: crowd(), posts: queue(), slots: {} }),
  },
  'queue-marked': {
    at: '#/queue',
    world: () => ({
      accounts: [studio, { ...bo, colour: 'pink' }, ended('refused')],
      posts: [...queue(), ...planned(studio.displayName, 'mira').slice(0, 3)],
      status: { services: [openCircuit({ accountId: 'mira' })] },
    }),
  },
  'compose-marked': {
    at: '#/compose/harbour',
    world: () => composing({}, { accounts: [studio, bo] }),
  },
  'another-creator': { at: '#/accounts', world: () => ({ accounts: [ended('refused')], other }) },
  security: {
    at: '#/security',
    world: () => ({ accounts: [studio, tomo], trail: trail(1204), phrase: PHRASE }),
  },
  'security-new': {
    at: '#/security',
    world: () => ({ accounts: [mira], trail: trail(2), vault: { phraseShownAt: null } }),
  },
  'security-passphrase': {
    at: '#/security',
    world: () => ({ accounts: [mira], trail: trail(40), vault: { source: 'passphrase', keyring: false } }),
  },
  'security-environment': {
    at: '#/security',
    world: () => ({
      trail: trail(12),
      vault: { source: 'environment', since: null, phraseShownAt: null },
    }),
  },
  'security-broken': {
    at: '#/security',
    world: () => ({ accounts: [studio], trail: trail(60), broken }),
  },
  'security-empty': { at: '#/security', world: () => ({ trail: [] }) },
  'accounts-empty': { at: '#/accounts', world: () => ({}) },
  setup: {
    at: '#/setup',
    world: () => ({
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ sandbox: false, clientKey: null, hasSecret: false }),
    }),
  },
  folders: { at: '#/folders', world: () => watched() },
  'folders-empty': { at: '#/folders', world: () => ({ accounts: [mira] }) },
  'folders-one': {
    at: '#/folders',
    world: () => ({ accounts: [mira], folders: [folder('exports')] }),
  },
  'folders-add': {
    at: '#/folders',
    world: () => ({
      accounts: [studio, tomo, bo],
      folderPreview: { videos: 12, otherFiles: 340 },
    }),
  },
  'folders-refused': {
    at: '#/folders',
    world: () => ({
      accounts: [mira],
      failing: { preview_folder: noPermission },
    }),
  },
  'folder-page': { at: '#/folders/exports', world: () => watched() },
  'folder-skipped': { at: '#/folders/exports/skipped', world: () => watched() },
  'folder-blocked': { at: '#/folders/agency', world: () => watched() },
  'folder-many': {
    at: '#/folders/exports',
    world: () =>
      watched({
        folderFiles: {
          exports: Array.from({ length: 250 }, (_, index) =>
            file('exports', `clip-${index + 1}.mp4`, { kind: 'offered' }),
          ),
        },
      }),
  },
  'folder-gone': { at: '#/folders/nowhere', world: () => watched() },
  'folder-edit': {
    at: '#/edit-folder/exports',
    world: () =>
      settingUp({
        accounts: ['mira', 'bo'],
        caption: { kind: 'template', template: '{name}, day {n}' },
        hashtags: ['boatbuilding', 'slowliving'],
        when: { kind: 'dailyAt', time: '18:00' },
      }),
  },
  'folder-direct': {
    at: '#/edit-folder/exports',
    world: () =>
      settingUp(
        { accounts: ['mira', 'bo'], action: 'direct' },
        {
          creators: [
            creator('mira', { nickname: mira.displayName }),
            creator('bo', {
              nickname: bo.displayName,
              privacyOptions: ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
              duetDisabled: true,
            }),
          ],
        },
      ),
  },
  'folder-agreed': {
    at: '#/edit-folder/exports',
    world: () =>
      settingUp(
        {
          accounts: ['mira'],
          action: 'direct',
          post: { ...settings, privacy: 'PUBLIC_TO_EVERYONE', disclosesCommercial: true, brandContent: true },
        },
        {},
        '2026-11-12T17:30:00Z',
      ),
  },
  'folder-failed': {
    at: '#/edit-folder/exports',
    world: () =>
      settingUp(
        { accounts: ['mira', 'bo'], action: 'direct' },
        { failing: { creator: notice('offline', 'TikTok did not answer.') } },
      ),
  },
  'folder-subfolders': {
    at: '#/edit-folder/exports',
    world: () =>
      settingUp(
        { accounts: ['mira', 'tomo'], subfolders: 'perAccount', when: { kind: 'nextSlot' } },
        {
          folderPreview: {
            subfolders: [
              { name: 'Studio', accountId: 'mira' },
              { name: '@tomo_kitchen', accountId: 'tomo' },
              { name: 'raw footage', accountId: null },
            ],
            network: true,
          },
        },
      ),
  },
  'queue-approval': {
    at: '#/queue',
    world: () => ({ accounts: [mira, tomo], posts: [...toApprove(), ...queue().slice(2)] }),
  },
  'compose-known': {
    at: '#/compose/harbour',
    world: () =>
      composing(
        { privacy: 'PUBLIC_TO_EVERYONE' },
        {},
        { known: known(mira.displayName), folder: from({ when: { kind: 'dailyAt', time: '18:00' } }) },
      ),
  },
  settings: {
    at: '#/settings',
    world: () => ({
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ sandbox: false }),
    }),
  },
  'settings-full': {
    at: '#/settings',
    world: () => ({
      accounts: [mira],
      settings: {
        timeZone: 'America/New_York',
        graceMinutes: 45,
        spacingMinutes: 120,
        uploadLimit: {
          bytesPerSecond: 2_500_000,
          onlyDuring: { days: ['monday', 'tuesday', 'friday'], from: '22:00', to: '06:00' },
        },
        waitOnMetered: true,
        webhook: { enabled: true, port: 7834 },
      },
    }),
  },
  'settings-hosted': {
    at: '#/settings',
    world: () => ({
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ sandbox: false, redirectUri: 'https://mira.example/slipway/' }),
      settings: { hostedPage: 'https://mira.example/slipway/' },
    }),
  },
  'settings-sandbox': { at: '#/settings', world: () => ({ accounts: [mira] }) },
  absence: {
    at: '#/queue',
    world: () => ({
      accounts: [mira, tomo],
      posts: [...planned(mira.displayName, 'mira'), ...queue().slice(0, 3)],
      away: absence(),
    }),
  },
  'login-offer': {
    at: '#/queue',
    world: () => ({
      accounts: [mira, tomo],
      posts: planned(mira.displayName, 'mira').slice(9),
      background: { startAtLogin: false },
    }),
  },
  rejected: {
    at: '#/queue',
    world: () => ({
      accounts: [mira],
      posts: queue().slice(2, 4),
      picked: ['/notes.txt', '/empty.mp4'],
      refused: {
        '/notes.txt': fakeNotice({
          code: 'notVideo',
          happened: 'This file is not a video that TikTok takes.',
          slipway: 'Slipway left it where it is.',
          you: 'Choose an MP4, MOV or WebM file.',
        }),
        '/empty.mp4': fakeNotice({
          code: 'empty',
          happened: 'This file is empty.',
          slipway: 'Slipway left it where it is.',
          you: 'Copy it again from where it came from.',
        }),
      },
    }),
  },
  ...Object.fromEntries(
    Object.entries(problems).map(([name, startup]) => [
      `problem-${name}`,
      { at: '#/queue', world: (): World => ({ startup }) },
    ]),
  ),
};
