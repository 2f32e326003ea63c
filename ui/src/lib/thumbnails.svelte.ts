/** Small pictures of the videos, drawn from their previews, two at a time. */
import { SvelteMap } from 'svelte/reactivity';
import { commands } from './bindings';

const WIDTH = 112;
const AT_ONCE = 2;
const GIVE_UP_AFTER_MS = 10_000;
/** WebKitGTK says "seeked" now and then before the frame can be drawn: a black one is looked at again. */
const LOOKS = 6;
const NEXT_LOOK_MS = 120;

class Thumbnails {
  #pictures = new SvelteMap<string, string>();
  #asked = new Set<string>();
  #waiting: string[] = [];
  #running = 0;

  /** The picture as a data URL, once there is one. */
  of(postId: string): string | null {
    return this.#pictures.get(postId) ?? null;
  }

  /** Draws a post's picture, once; a video that does not play simply has none. */
  request(postId: string): void {
    if (this.#asked.has(postId)) return;
    this.#asked.add(postId);
    this.#waiting.push(postId);
    this.#next();
  }

  #next(): void {
    const postId = this.#running < AT_ONCE ? this.#waiting.shift() : undefined;
    if (postId === undefined) return;
    this.#running += 1;
    void this.#draw(postId).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #draw(postId: string): Promise<void> {
    try {
      this.#pictures.set(postId, await capture(await commands.previewUrl(postId)));
    } catch {
      // Not an error to a creator: the row shows a drawn placeholder instead.
    }
  }
}

/** One frame of a video as a JPEG data URL. */
function capture(url: string): Promise<string> {
  const video = document.createElement('video');
  video.crossOrigin = 'anonymous';
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  return new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error('no picture'));
    const timer = setTimeout(fail, GIVE_UP_AFTER_MS);
    video.onerror = fail;
    video.onloadeddata = () => {
      // The first frame is often black.
      video.currentTime = Math.min(1, (Number.isFinite(video.duration) ? video.duration : 0) / 10);
    };
    const look = (left: number) => {
      try {
        const frame = drawFrame(video);
        if (frame.blank && left > 0) {
          setTimeout(() => look(left - 1), NEXT_LOOK_MS);
          return;
        }
        clearTimeout(timer);
        resolve(frame.picture);
      } catch (error) {
        reject(error as Error);
      }
    };
    video.onseeked = () => look(LOOKS - 1);
    video.src = url;
  }).finally(() => {
    // Frees the decoder and the connection at once instead of at the next collection.
    video.onerror = null;
    video.removeAttribute('src');
    video.load();
  });
}

/** The frame as a picture, and whether all of it is black. */
function drawFrame(video: HTMLVideoElement): { picture: string; blank: boolean } {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = Math.max(1, Math.round((WIDTH * video.videoHeight) / (video.videoWidth || 1)));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const blank = data.every((value, index) => index % 4 === 3 || value < 8);
  return { picture: canvas.toDataURL('image/jpeg', 0.82), blank };
}

export const thumbnails = new Thumbnails();
