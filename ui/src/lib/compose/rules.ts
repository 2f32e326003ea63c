/** TikTok's rules for the posting page, as pure functions. Source: `/doc/content-sharing-guidelines`. */
import type { Account, Creator, Notice, Post, PostSettings } from '../bindings';
import { clipLength } from '../format';
import { known, t } from '../texts';

/** The longest caption, in UTF-16 units (`/doc/content-posting-api-reference-direct-post`). */
export const CAPTION_LIMIT = 2200;

/** The privacy level that only the creator sees. */
export const ONLY_ME = 'SELF_ONLY';

/** The settings of a new post. Nothing is preselected. */
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

/** Returns the settings after the disclosure is turned on or off. Off also clears both brand options. */
export function disclosure(on: boolean): Partial<PostSettings> {
  return on
    ? { disclosesCommercial: true }
    : { disclosesCommercial: false, brandOrganic: false, brandContent: false };
}

/** The state of the query for the creator's options at TikTok. */
export type CreatorAnswer =
  | { kind: 'none' }
  | { kind: 'loading' }
  | { kind: 'known'; creator: Creator }
  | { kind: 'failed'; notice: Notice };

/** The state that decides if a draft may be sent. */
export type Draft = {
  post: Post;
  settings: PostSettings;
  account: Account | null;
  /** `null` if TikTok's options are not queried for this draft; only the stored choices are checked. */
  answer: CreatorAnswer | null;
};

/** Returns the name of a privacy level, or TikTok's own word for a level that the catalogs do not know. */
export function privacyName(level: string): string {
  return known('composer-privacy-names', level) ?? level;
}

/** Returns `true` when branded content is chosen and disclosed. */
export function isBranded(settings: PostSettings): boolean {
  return settings.disclosesCommercial && settings.brandContent;
}

/** Returns the label that TikTok will put on the video. */
export function commercialLabel(settings: PostSettings): 'promotional' | 'partnership' | null {
  if (isBranded(settings)) return 'partnership';
  return settings.disclosesCommercial && settings.brandOrganic ? 'promotional' : null;
}

/** Returns `true` for a disclosure of commercial content without a brand. */
export function lacksBrand(settings: PostSettings): boolean {
  return settings.disclosesCommercial && !settings.brandOrganic && !settings.brandContent;
}

/** Returns the number of UTF-16 units above the limit of the caption, or 0. */
export function captionOver(caption: string): number {
  return Math.max(0, caption.length - CAPTION_LIMIT);
}

/** Returns the notice for a video that is longer than this creator may post, or `null`. */
export function tooLong(post: Post, creator: Creator): Notice | null {
  const limit = creator.maxDurationSec * 1000;
  if (post.media.durationMs <= limit) return null;
  // Rounded up, so that a video just over the limit does not appear to meet it.
  const length = clipLength(Math.ceil(post.media.durationMs / 1000) * 1000);
  return {
    code: 'composer.too_long',
    args: {
      length: { kind: 'text', value: length },
      name: { kind: 'text', value: creator.nickname },
      limit: { kind: 'text', value: clipLength(limit) },
    },
  };
}

/** Returns the settings without the choices that are no longer available to the creator. */
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

/** Returns the reasons why the draft cannot be sent yet, in the page's order; empty if it can. */
export function blockers(draft: Draft): string[] {
  const { post, settings, account } = draft;
  if (account === null) return [t('composer-blockers-account')];

  const found: string[] = [];
  if (account.state === 'reconnectNeeded') found.push(t('composer-blockers-reconnect'));
  else if (settings.mode === 'direct') found.push(...directBlockers(draft, account));
  else if (!account.canInbox) found.push(t('composer-blockers-inbox'));
  if (captionOver(settings.caption) > 0) found.push(t('composer-blockers-caption'));
  if (post.findings.some((finding) => finding.severity === 'blocks')) found.push(t('composer-blockers-file'));
  return found;
}

function directBlockers({ post, settings, answer }: Draft, account: Account): string[] {
  if (!account.canDirectPost) return [t('composer-blockers-direct')];
  if (answer === null) {
    return [
      ...(settings.privacy === null ? [t('composer-blockers-privacy')] : []),
      ...brandBlockers(settings),
    ];
  }
  if (answer.kind === 'none' || answer.kind === 'loading') return [t('composer-blockers-loading')];
  if (answer.kind === 'failed') return [t('composer-blockers-unknown-creator')];
  const { creator } = answer;
  if (creator.cannotPost) return [t('composer-blockers-cannot-post')];

  const found: string[] = [];
  if (settings.privacy === null || !creator.privacyOptions.includes(settings.privacy))
    found.push(t('composer-blockers-privacy'));
  found.push(...brandBlockers(settings));
  if (tooLong(post, creator) !== null) found.push(t('composer-blockers-duration'));
  return found;
}

/** Returns the missing choices of the disclosure of commercial content. */
export function brandBlockers(settings: PostSettings): string[] {
  const found: string[] = [];
  if (isBranded(settings) && settings.privacy === ONLY_ME) found.push(t('composer-branded-not-private'));
  if (lacksBrand(settings)) found.push(t('composer-indicate'));
  return found;
}
