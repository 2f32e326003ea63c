/** Identifies a picture: the video and the position of the frame. */
import type { Media, Post } from '../bindings';

/** Identifies the current file of a post's video. A changed file has another identity. */
export function identityOf(post: Post): string {
  return `${post.id} ${post.sizeBytes} ${post.media.durationMs}`;
}

/** Returns the last position that can be a cover, in milliseconds: the very end has no frame. */
export function lastMoment(media: Media): number {
  return Math.max(0, Math.floor(media.durationMs) - 100);
}

/**
 * Returns the position of the cover that TikTok will show, in milliseconds; `null` is the first frame. Inbox
 * drafts get their cover in the TikTok app, and a position outside the video means the first frame
 * (`/doc/content-posting-api-reference-direct-post`).
 */
export function coverOf({ settings, media }: Pick<Post, 'settings' | 'media'>): number | null {
  const { mode, coverMs } = settings;
  return mode === 'direct' && coverMs !== null && coverMs < media.durationMs ? coverMs : null;
}
