// The typed bridge to the backend: its commands, events and types.
/* eslint-disable */
import { invoke as __TAURI_INVOKE } from '@tauri-apps/api/core';
import * as __TAURI_EVENT from '@tauri-apps/api/event';

/** Commands: each rejects with a `Notice`. */
export const commands = {
  startup: () => __TAURI_INVOKE<Startup>('startup'),
  chooseMode: (mode: Mode) => __TAURI_INVOKE<Startup>('choose_mode', { mode }),
  unlock: (passphrase: string) => __TAURI_INVOKE<Startup>('unlock', { passphrase }),
  retryStartup: () => __TAURI_INVOKE<Startup>('retry_startup'),
  setup: () => __TAURI_INVOKE<Setup>('setup'),
  saveTiktokApp: (clientKey: string, clientSecret: string) =>
    __TAURI_INVOKE<Setup>('save_tiktok_app', { clientKey, clientSecret }),
  forgetTiktokApp: () => __TAURI_INVOKE<Setup>('forget_tiktok_app'),
  accounts: () => __TAURI_INVOKE<Account[]>('accounts'),
  beginConnect: () => __TAURI_INVOKE<ConnectAttempt>('begin_connect'),
  reopenConnect: (attemptId: string) => __TAURI_INVOKE<null>('reopen_connect', { attemptId }),
  copyConnectLink: (attemptId: string) => __TAURI_INVOKE<null>('copy_connect_link', { attemptId }),
  cancelConnect: (attemptId: string) => __TAURI_INVOKE<null>('cancel_connect', { attemptId }),
  disconnect: (accountId: string) => __TAURI_INVOKE<null>('disconnect', { accountId }),
  creator: (accountId: string) => __TAURI_INVOKE<Creator>('creator', { accountId }),
  posts: () => __TAURI_INVOKE<Post[]>('posts'),
  addFiles: (paths: string[]) => __TAURI_INVOKE<AddedFile[]>('add_files', { paths }),
  pickFiles: () => __TAURI_INVOKE<AddedFile[]>('pick_files'),
  updatePost: (id: string, settings: PostSettings) => __TAURI_INVOKE<Post>('update_post', { id, settings }),
  submitPost: (id: string) => __TAURI_INVOKE<Post>('submit_post', { id }),
  cancelPost: (id: string) => __TAURI_INVOKE<Post>('cancel_post', { id }),
  retryPost: (id: string) => __TAURI_INVOKE<Post>('retry_post', { id }),
  removePost: (id: string) => __TAURI_INVOKE<null>('remove_post', { id }),
  postHistory: (id: string) => __TAURI_INVOKE<HistoryEntry[]>('post_history', { id }),
  previewUrl: (id: string) => __TAURI_INVOKE<string>('preview_url', { id }),
  openPost: (id: string) => __TAURI_INVOKE<null>('open_post', { id }),
  openControlPage: () => __TAURI_INVOKE<null>('open_control_page'),
  copyCaption: (id: string) => __TAURI_INVOKE<null>('copy_caption', { id }),
};

/** Events. */
export const events = {
  engineEvent: makeEvent<Event>('engine-event'),
  filesArrived: makeEvent<FilesArrived>('files-arrived'),
};

/** Whether an account can still be used. */
export type AccountState = 'connected' | 'reconnectNeeded';

/** A connected TikTok account. */
export type Account = {
  id: string;
  displayName: string;
  username: string | null;
  avatar: string | null;
  scopes: string[];
  canDirectPost: boolean;
  canInbox: boolean;
  state: AccountState;
  connectedAt: string;
};

/** What became of a file that was dropped, picked or handed over. */
export type AddedFile = { fileName: string; postId: string | null; notice: Notice | null };

/** A connect under way in the browser. */
export type ConnectAttempt = { id: string; expiresAt: string };

/** How a connect ended. */
export type ConnectOutcome =
  | { kind: 'connected'; accountId: string; displayName: string }
  | { kind: 'failed'; notice: Notice }
  | { kind: 'cancelled' };

/** What a creator may do right now. */
export type Creator = {
  accountId: string;
  nickname: string;
  username: string;
  privacyOptions: string[];
  commentDisabled: boolean;
  duetDisabled: boolean;
  stitchDisabled: boolean;
  maxDurationSec: number;
  cannotPost: Notice | null;
};

/** What the engine tells whoever listens. */
export type Event =
  | { kind: 'accountsChanged' }
  | { kind: 'postChanged'; post: Post }
  | { kind: 'postRemoved'; id: string }
  | { kind: 'progress'; postId: string; progress: Progress }
  | { kind: 'connectFinished'; attemptId: string; outcome: ConnectOutcome };

/** Files that came by argument or from a second instance. */
export type FilesArrived = { files: AddedFile[] };

/** Something about the file that TikTok's rules speak of. */
export type Finding = { severity: Severity; notice: Notice };

/** One line of a post's own history. */
export type HistoryEntry = { at: string; text: string };

/** What is in the video file. */
export type Media = {
  container: string;
  videoCodec: string;
  audioCodec: string | null;
  width: number;
  height: number;
  fps: number | null;
  durationMs: number;
};

/** Which TikTok Slipway speaks to. */
export type Mode = 'sandbox' | 'tikTok';

/** A text for a creator in three parts. */
export type Notice = { code: string; happened: string; slipway: string; you: string };

/** A video on its way to TikTok. */
export type Post = {
  id: string;
  fileName: string;
  path: string;
  sizeBytes: number;
  media: Media;
  findings: Finding[];
  settings: PostSettings;
  accountName: string | null;
  state: PostState;
  progress: Progress | null;
  link: string | null;
  createdAt: string;
  finishedAt: string | null;
};

/** Where a post goes. */
export type PostMode = 'direct' | 'inbox';

/** What the creator chose for a post. */
export type PostSettings = {
  accountId: string | null;
  mode: PostMode;
  caption: string;
  privacy: string | null;
  allowComment: boolean;
  allowDuet: boolean;
  allowStitch: boolean;
  disclosesCommercial: boolean;
  brandOrganic: boolean;
  brandContent: boolean;
  isAigc: boolean;
  coverMs: number | null;
};

/** Where a post stands. */
export type PostState =
  | { kind: 'draft' }
  | { kind: 'queued' }
  | { kind: 'checking' }
  | { kind: 'uploading' }
  | { kind: 'processing' }
  | { kind: 'published' }
  | { kind: 'deliveredToInbox' }
  | { kind: 'waiting'; reason: WaitReason; notice: Notice; until: string | null }
  | { kind: 'failed'; notice: Notice; canRetry: boolean }
  | { kind: 'unconfirmed'; notice: Notice }
  | { kind: 'cancelled' };

/** Why Slipway could not open its data. */
export type ProblemKind =
  | 'keyMalformed'
  | 'keyWrong'
  | 'keyMissing'
  | 'keyringLocked'
  | 'passphraseNew'
  | 'passphraseNeeded'
  | 'passphraseWrong'
  | 'databaseNewer'
  | 'databaseDamaged'
  | 'alreadyRunning'
  | 'storage';

/** How far an upload is. */
export type Progress = {
  sentBytes: number;
  totalBytes: number;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
};

/** The TikTok app that Slipway speaks for. */
export type Setup = {
  clientKey: string | null;
  hasSecret: boolean;
  fromEnvironment: boolean;
  redirectUri: string;
  sandbox: boolean;
};

/** Whether a finding stops the post. */
export type Severity = 'blocks' | 'warns';

/** What the window shows first. */
export type Startup =
  | { kind: 'choose' }
  | { kind: 'ready'; mode: Mode; controlUrl: string | null }
  | { kind: 'problem'; problem: ProblemKind; notice: Notice };

/** Why a post waits. */
export type WaitReason = 'quota' | 'offline' | 'tikTokDown' | 'reconnect';

function makeEvent<T>(name: string) {
  return {
    listen: (handler: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen<T>(name, handler),
    once: (handler: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.once<T>(name, handler),
  };
}
