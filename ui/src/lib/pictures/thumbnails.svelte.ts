/** The store of thumbnails: the cover, or a frame near the start. They are drawn while they are visible. */
import { untrack } from 'svelte';
import { commands, type Post } from '../bindings';
import { PictureCache } from './cache.svelte';
import { FrameReader } from './frames';
import { coverOf, identityOf } from './subject';

/** Twice the displayed height of a thumbnail. */
const HEIGHT = 144;
const KEPT = 200;
/** The maximum number of decoders at the same time. */
const AT_ONCE = 2;

/** A request for a picture. */
type PictureRequest = { postId: string; atMs: number; watchers: number; drawing: AbortController | null };

class Thumbnails {
  #pictures = new PictureCache(KEPT);
  /** The pending requests by picture, oldest first. */
  #requests = new Map<string, PictureRequest>();
  #drawing = 0;

  /**
   * Returns the picture as a data URL; `null` if the video has no picture, `undefined` while it is loading.
   */
  of(post: Post): string | null | undefined {
    return this.#pictures.get(keyOf(post));
  }

  /** Requests a post's thumbnail. Returns a function that withdraws the request. */
  request(post: Post): () => void {
    const key = keyOf(post);
    // `untrack`: a request must not rerun when a picture arrives.
    if (typeof untrack(() => this.#pictures.get(key)) === 'string') {
      this.#pictures.touch(key);
      return () => undefined;
    }
    const request = this.#requests.get(key) ?? {
      postId: post.id,
      atMs: momentOf(post),
      watchers: 0,
      drawing: null,
    };
    request.watchers += 1;
    this.#requests.set(key, request);
    this.#next();
    return () => {
      request.watchers -= 1;
      if (request.watchers > 0 || this.#requests.get(key) !== request) return;
      // The row was scrolled out of view; visible rows come first.
      this.#requests.delete(key);
      request.drawing?.abort();
    };
  }

  clear(): void {
    for (const request of this.#requests.values()) request.drawing?.abort();
    this.#requests.clear();
    this.#pictures.clear();
  }

  #next(): void {
    for (const [key, request] of this.#requests) {
      if (this.#drawing >= AT_ONCE) return;
      if (request.drawing === null) void this.#draw(key, request);
    }
  }

  async #draw(key: string, request: PictureRequest): Promise<void> {
    const { signal } = (request.drawing = new AbortController());
    this.#drawing += 1;
    let reader: FrameReader | null = null;
    let picture: string | null = null;
    try {
      reader = await FrameReader.open(await commands.previewUrl(request.postId), signal);
      picture = await reader.frame(request.atMs, HEIGHT);
    } catch {
      // Not reported: the row shows a placeholder, and the next visit retries.
    }
    reader?.close();
    this.#drawing -= 1;
    if (!signal.aborted) {
      this.#requests.delete(key);
      this.#pictures.keep(key, picture);
    }
    this.#next();
  }
}

function momentOf(post: Post): number {
  // The first frame is often black.
  return coverOf(post) ?? Math.min(1000, post.media.durationMs / 10);
}

function keyOf(post: Post): string {
  return `${identityOf(post)} ${momentOf(post)}`;
}

export const thumbnails = new Thumbnails();
