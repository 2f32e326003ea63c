/** Identifies a picture: the video and the position of the frame. */
import type { Media, Post } from '../bindings';

/** Names a post's video as it is now: a file that was changed since is another one. */
export function identityOf(post: Post): string {
  return `${post.id} ${post.sizeBytes} ${post.media.durationMs}`;
}

/** The last moment that can be a cover, in milliseconds: at the very end there is no frame any more. */
export function lastMoment(media: Media): number {
  return Math.max(0, Math.floor(media.durationMs) - 100);
}

/**
 * The moment of the cover that TikTok will show, in milliseconds; `null` is the first frame. Inbox drafts get their
 * cover in the TikTok app, and a moment outside the video means the first frame
 * (`/doc/content-posting-api-reference-direct-post`).
 */
export function coverOf({ settings, media }: Pick<Post, 'settings' | 'media'>): number | null {
  const { mode, coverMs } = settings;
  return mode === 'direct' && coverMs !== null && coverMs < media.durationMs ? coverMs : null;
}
