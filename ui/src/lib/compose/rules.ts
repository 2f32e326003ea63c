/** TikTok's rules for the posting page, as pure functions. Source: `/doc/content-sharing-guidelines`. */
import type { Account, Creator, Notice, Post, PostSettings } from '../bindings';
import { clipLength } from '../format';
import { texts } from '../texts';

/** The longest caption, in UTF-16 units (`/doc/content-posting-api-reference-direct-post`). */
export const CAPTION_LIMIT = 2200;

/** The privacy level that only the creator sees. */
export const ONLY_ME = 'SELF_ONLY';

/** What a post starts from: nothing is preselected. */
export const UNDECIDED: PostSettings = {
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

/** What turning the disclosure on or off changes; off forgets whose brand it was. */
export function disclosure(on: boolean): Partial<PostSettings> {
  return on
    ? { disclosesCommercial: true }
    : { disclosesCommercial: false, brandOrganic: false, brandContent: false };
}

/** What is known of what the creator may do. */
export type CreatorAnswer =
  | { kind: 'none' }
  | { kind: 'loading' }
  | { kind: 'known'; creator: Creator }
  | { kind: 'failed'; notice: Notice };

/** Everything that decides whether a draft may be sent. */
export type Draft = {
  post: Post;
  settings: PostSettings;
  account: Account | null;
  /** `null` where TikTok is asked only later: what is chosen counts alone then. */
  answer: CreatorAnswer | null;
};

/** A privacy level's name for people; an unknown one stands as it came. */
export function privacyName(level: string): string {
  return texts.composer.privacyNames[level] ?? level;
}

/** Whether branded content has been chosen, with its switch on. */
export function isBranded(settings: PostSettings): boolean {
  return settings.disclosesCommercial && settings.brandContent;
}

/** The label that TikTok will put on the video. */
export function commercialLabel(settings: PostSettings): 'promotional' | 'partnership' | null {
  if (isBranded(settings)) return 'partnership';
  return settings.disclosesCommercial && settings.brandOrganic ? 'promotional' : null;
}

/** Whether commercial content is disclosed without saying whose. */
export function lacksBrand(settings: PostSettings): boolean {
  return settings.disclosesCommercial && !settings.brandOrganic && !settings.brandContent;
}

/** How many units the caption has too many; 0 when it fits. */
export function captionOver(caption: string): number {
  return Math.max(0, caption.length - CAPTION_LIMIT);
}

/** The text for a video that is longer than this creator may post, or `null`. */
export function tooLong(post: Post, creator: Creator): string | null {
  const limit = creator.maxDurationSec * 1000;
  if (post.media.durationMs <= limit) return null;
  // Rounded up, so that a video over the limit by a moment does not read as if it kept it.
  const length = clipLength(Math.ceil(post.media.durationMs / 1000) * 1000);
  return texts.composer.tooLong(length, creator.nickname, clipLength(limit));
}

/** The settings with everything taken out that the creator may not choose any more. */
export function allowed(settings: PostSettings, creator: Creator): PostSettings {
  return {
    ...settings,
    privacy:
      settings.privacy !== null && creator.privacyOptions.includes(settings.privacy)
        ? settings.privacy
        : null,
    allowComment: settings.allowComment && !creator.commentDisabled,
    allowDuet: settings.allowDuet && !creator.duetDisabled,
    allowStitch: settings.allowStitch && !creator.stitchDisabled,
  };
}

/** Why the draft may not be sent yet, in the page's order; empty when it may. */
export function blockers(draft: Draft): string[] {
  const { post, settings, account } = draft;
  const words = texts.composer.blockers;
  if (account === null) return [words.account];

  const found: string[] = [];
  if (account.state === 'reconnectNeeded') found.push(words.reconnect);
  else if (settings.mode === 'direct') found.push(...directBlockers(draft, account));
  else if (!account.canInbox) found.push(words.inbox);
  if (captionOver(settings.caption) > 0) found.push(words.caption);
  if (post.findings.some((finding) => finding.severity === 'blocks')) found.push(words.file);
  return found;
}

function directBlockers({ post, settings, answer }: Draft, account: Account): string[] {
  const words = texts.composer.blockers;
  if (!account.canDirectPost) return [words.direct];
  if (answer === null) {
    return [...(settings.privacy === null ? [words.privacy] : []), ...brandBlockers(settings)];
  }
  if (answer.kind === 'none' || answer.kind === 'loading') return [words.loading];
  if (answer.kind === 'failed') return [words.unknownCreator];
  const { creator } = answer;
  if (creator.cannotPost) return [words.cannotPost];

  const found: string[] = [];
  if (settings.privacy === null || !creator.privacyOptions.includes(settings.privacy))
    found.push(words.privacy);
  found.push(...brandBlockers(settings));
  if (tooLong(post, creator) !== null) found.push(words.duration);
  return found;
}

/** What the disclosure of commercial content still lacks. */
export function brandBlockers(settings: PostSettings): string[] {
  const found: string[] = [];
  if (isBranded(settings) && settings.privacy === ONLY_ME) found.push(texts.composer.brandedNotPrivate);
  if (lacksBrand(settings)) found.push(texts.composer.indicate);
  return found;
}
