/** Pure functions about watched folders and the posts from them. */
import { nameOf } from '../accountName';
import type {
  Account,
  Creator,
  FolderFile,
  FolderSettings,
  FolderWhen,
  KnownUse,
  Notice,
  Post,
  PostSettings,
} from '../bindings';
import { blockers, brandBlockers, UNDECIDED, type CreatorAnswer } from '../compose/rules';
import { wallTime } from '../format';
import { formatNotice, t } from '../texts';

/** Returns the name of a folder: the last part of its path. */
export function folderName(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}

/** Returns the path of a file in a folder, with the separator of the folder's own path. */
export function within(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** A folder's settings with all fields present. */
export type FolderChoices = Required<FolderSettings>;

/** The engine's defaults for a new folder. They send nothing without approval. */
const DEFAULTS: FolderChoices = {
  accounts: [],
  action: 'approve',
  post: UNDECIDED,
  when: { kind: 'atOnce' },
  caption: { kind: 'fileName' },
  hashtags: [],
  subfolders: 'ignore',
  after: 'leave',
};

/** Completes the settings from the backend with the defaults. */
export function choicesOf(settings: FolderSettings): FolderChoices {
  return { ...DEFAULTS, ...settings };
}

/** Returns the settings of a new folder. A single account is preselected. */
export function newFolder(accounts: Account[]): FolderChoices {
  const only = accounts.length === 1 ? accounts[0] : undefined;
  return choicesOf(only ? { accounts: [only.id] } : {});
}

/** Returns the settings to store. Choices for direct posts are stored only for direct posts. */
export function stored(settings: FolderChoices): FolderChoices {
  const mode = settings.action === 'inbox' ? 'inbox' : 'direct';
  return { ...settings, post: settings.action === 'direct' ? settings.post : { ...UNDECIDED, mode } };
}

/** Returns the terms of the creator's agreement to direct posts as a comparable string. The action after posting is not part of them. */
export function terms(settings: FolderChoices): string {
  const { action, post, when, caption, hashtags, subfolders } = stored(settings);
  const fields = (part: object) => Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    [...settings.accounts].sort(),
    action,
    fields(post),
    fields(when),
    fields(caption),
    hashtags,
    subfolders,
  ]);
}

/** Returns the options that TikTok allows all of the creators. */
export function common(creators: Creator[]): Creator | null {
  const [first, ...others] = creators;
  if (!first) return null;
  return others.reduce<Creator>(
    (all, one) => ({
      ...all,
      privacyOptions: all.privacyOptions.filter((level) => one.privacyOptions.includes(level)),
      commentDisabled: all.commentDisabled || one.commentDisabled,
      duetDisabled: all.duetDisabled || one.duetDisabled,
      stitchDisabled: all.stitchDisabled || one.stitchDisabled,
      maxDurationSec: Math.min(all.maxDurationSec, one.maxDurationSec),
    }),
    first,
  );
}

/** Parses typed hashtags as the engine does: separators and `#` divide them. Leaves out repetitions. */
export function hashtagsIn(text: string): string[] {
  const tags = text.split(/[\s#＃,，、;；]+/).filter((tag) => tag !== '');
  const keys = tags.map((tag) => tag.toLowerCase());
  return tags.filter((tag, index) => keys.indexOf(tag.toLowerCase()) === index);
}

/** Formats hashtags with `#`. */
export function hashtagText(tags: string[]): string {
  return tags.map((tag) => `#${tag}`).join(' ');
}

/** Returns the time of the posts as part of a sentence. */
export function whenText(when: FolderWhen): string {
  return when.kind === 'dailyAt'
    ? t('folders-whens-dailyAt', { time: wallTime(when.time) })
    : t(`folders-whens-${when.kind}`);
}

/** Returns a line with the action and the time of a folder's posts. */
export function summary(settings: FolderSettings): string {
  const { action, when } = choicesOf(settings);
  return t('folders-sum', { action: t(`folders-short-actions-${action}`), when: whenText(when) });
}

/** The state of the folder form that decides if the folder can be saved. */
export type FolderDraft = {
  settings: FolderChoices;
  /** The chosen accounts. */
  accounts: Account[];
  answers: CreatorAnswer[];
  creator: Creator | null;
  templateProblem: Notice | null;
  /** The creator's agreement is missing. */
  needsConsent: boolean;
};

/** Returns the reasons why the folder cannot be saved yet, in the page's order; empty if it can. */
export function folderBlockers(draft: FolderDraft): string[] {
  const { settings, accounts, templateProblem, needsConsent } = draft;
  const found: string[] = [];
  if (accounts.length === 0) found.push(t('folders-form-blockers-account'));
  if (settings.action === 'inbox') {
    found.push(
      ...accounts
        .filter(({ canInbox }) => !canInbox)
        .map((each) => t('folders-form-blockers-no-inbox', { name: nameOf(each) })),
    );
  }
  if (settings.action === 'direct' && accounts.length > 0) found.push(...directBlockers(draft));
  if (settings.when.kind === 'dailyAt' && settings.when.time === '')
    found.push(t('folders-form-blockers-time'));
  if (settings.caption.kind === 'template') {
    if (settings.caption.template.trim() === '') found.push(t('folders-form-blockers-template'));
    else if (templateProblem) found.push(formatNotice(templateProblem).happened);
  }
  if (needsConsent) found.push(t('folders-form-blockers-consent'));
  return found;
}

function directBlockers({ settings, accounts, answers, creator }: FolderDraft): string[] {
  const refused = accounts.filter(({ canDirectPost }) => !canDirectPost);
  if (refused.length > 0)
    return refused.map((each) => t('folders-form-blockers-no-direct', { name: nameOf(each) }));
  const lost = accounts.filter(({ state }) => state === 'reconnectNeeded');
  if (lost.length > 0)
    return lost.map((each) => t('folders-form-blockers-reconnect', { name: nameOf(each) }));
  const unknown = accounts.filter((_, index) => answers[index]?.kind === 'failed');
  if (unknown.length > 0)
    return unknown.map((each) => t('folders-form-blockers-unknown-creator', { name: nameOf(each) }));
  if (creator === null) return [t('folders-form-blockers-loading')];
  if (creator.privacyOptions.length === 0) return [t('folders-form-blockers-nothing-common')];
  return postingBlockers(settings.post, creator);
}

function postingBlockers(post: PostSettings, creator: Creator): string[] {
  const found: string[] = [];
  if (post.privacy === null || !creator.privacyOptions.includes(post.privacy)) {
    found.push(t('folders-form-blockers-privacy'));
  }
  return [...found, ...brandBlockers(post)];
}

/** Returns earlier posts of the same video by the same account. Posting it would publish it twice. */
export function knownHere(post: Post, account: Account | null): KnownUse[] {
  const name = account?.displayName ?? post.accountName;
  return post.known.filter((use) => use.accountName === name);
}

/** Returns the reasons why a draft from a folder cannot be approved with one click; empty if it can. */
export function approvalBlockers(post: Post, account: Account | null): string[] {
  const name = account && nameOf(account);
  return [
    // A direct post needs the creator's current options from TikTok first.
    ...blockers({ post, settings: post.settings, account, answer: null }),
    ...(name !== null && knownHere(post, account).length > 0 ? [t('folders-known-blocker', { name })] : []),
  ];
}

/** The code of a video that was skipped because its accounts already have it. */
const KNOWN = 'folder.file.known';

/** Returns the way in which a skipped video can still be posted. */
export function wayBack(file: FolderFile): 'again' | 'take' | null {
  if (file.state.kind !== 'skipped' || !file.state.again) return null;
  return file.state.notice.code === KNOWN ? 'again' : 'take';
}
