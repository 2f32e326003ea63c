/** Sample accounts, creators and posts for the tests and the gallery. */
import type { Account, Creator, Media, Notice, Post, PostSettings, PostState, Setup } from '../bindings';
import { fakeNotice, line } from './notices';

/** The current time of the fixtures. */
export const FIXTURE_TIME = '2026-11-24T09:00:00Z';

export const settings: PostSettings = {
  accountId: null,
  mode: 'direct',
  caption: '',
  privacy: null,
  allowComment: false,
  allowDuet: false,
  allowStitch: false,
  disclosesCommercial: false,
  brandOrganic: false,
  brandContent: false,
  isAigc: false,
  coverMs: null,
};

const media: Media = {
  container: 'MP4',
  videoCodec: 'H.264',
  audioCodec: 'AAC',
  width: 1080,
  height: 1920,
  fps: 30,
  durationMs: 42_000,
};

export function notice(code: string, happened = `${code} happened.`, you = 'Try again later.'): Notice {
  return fakeNotice({ code, happened, slipway: 'Slipway changed nothing.', you });
}

export function setupOf(some: Partial<Setup> = {}): Setup {
  return {
    clientKey: 'sbaw1234567890',
    hasSecret: true,
    fromEnvironment: false,
    redirectUri: 'http://127.0.0.1:*/callback/',
    sandbox: true,
    ...some,
  };
}

/** The effect of each missing scope. */
const DISABLES = {
  'user.info.basic': 'Slipway cannot show who this account is.',
  'video.publish': 'Videos can only go to the inbox.',
  'video.upload': 'Inbox drafts are not possible.',
};

export function account(id: string, some: Partial<Account> = {}): Account {
  const scopes = some.scopes ?? Object.keys(DISABLES);
  return {
    id,
    displayName: `Creator ${id}`,
    username: `creator.${id}`,
    avatar: null,
    scopes,
    canDirectPost: scopes.includes('video.publish'),
    canInbox: scopes.includes('video.upload'),
    missing: Object.entries(DISABLES)
      .filter(([scope]) => !scopes.includes(scope))
      .map(([scope, disables]) => ({ scope, disables: line(disables) })),
    state: 'connected',
    reconnect: null,
    label: null,
    colour: null,
    connectedAt: '2026-11-02T10:00:00Z',
    endsAt: '2027-05-01T10:00:00Z',
    ending: null,
    ...some,
  };
}

export function creator(accountId: string, some: Partial<Creator> = {}): Creator {
  return {
    accountId,
    nickname: `Creator ${accountId}`,
    username: `creator.${accountId}`,
    privacyOptions: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
    commentDisabled: false,
    duetDisabled: false,
    stitchDisabled: false,
    maxDurationSec: 300,
    cannotPost: null,
    ...some,
  };
}

type PostParts = Omit<Partial<Post>, 'settings' | 'media' | 'state'> & {
  settings?: Partial<PostSettings>;
  media?: Partial<Media>;
  state?: PostState;
};

let age = 0;

export function post(id: string, parts: PostParts = {}): Post {
  age += 1;
  return {
    fileName: `${id}.mp4`,
    path: `/videos/${id}.mp4`,
    sizeBytes: 84_200_000,
    findings: [],
    accountName: null,
    schedule: null,
    remark: null,
    progress: null,
    link: null,
    folder: null,
    known: [],
    createdAt: new Date(Date.parse(FIXTURE_TIME) - age * 60_000).toISOString(),
    finishedAt: null,
    ...parts,
    id,
    state: parts.state ?? { kind: 'draft' },
    settings: { ...settings, ...parts.settings },
    media: { ...media, ...parts.media },
  };
}
