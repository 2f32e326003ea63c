/** Draws filmstrips: frames at equal distances in a video. Finished strips are cached. */
import { untrack } from 'svelte';
import { PictureCache } from './cache.svelte';
import { FrameReader, NoPicture } from './frames';

/** Room for the frames of about twenty videos. */
const KEPT = 240;
const FEWEST = 8;
const MOST = 12;
/** The number of failures after which the rest of the strip is abandoned. */
const FAILURES = 6;

const frames = new PictureCache(KEPT);

/** A request for a filmstrip. */
export type Strip = {
  /** The identity of the video, from `identityOf`. */
  video: string;
  /** The address of the video. */
  url: string;
  /** The positions of its frames, in milliseconds. */
  moments: number[];
  /** The frames' height in pixels. */
  height: number;
};

/** Returns the number of frames that fit side by side in their own aspect ratio, within limits. */
export function framesIn(width: number, height: number, aspect: number): number {
  const fit = Math.round(width / (height * aspect));
  return Number.isFinite(fit) ? Math.min(MOST, Math.max(FEWEST, fit)) : FEWEST;
}

/** Returns the midpoints of `count` equal parts, in whole milliseconds. */
export function momentsIn(lastMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round(((index + 0.5) / count) * lastMs));
}

/** Returns the cached frames. */
export function knownFrames(strip: Strip): (string | null)[] {
  return untrack(() => strip.moments.map((at) => frames.get(keyOf(strip, at)) ?? null));
}

/**
 * Draws the missing frames in order and passes each to the callback. Retries failed frames last. Throws
 * `NoPicture` after repeated failures or on abort.
 */
export async function drawStrip(
  strip: Strip,
  signal: AbortSignal,
  onframe: (index: number, picture: string) => void,
): Promise<void> {
  const missing = [...strip.moments.entries()].filter(([, at]) => {
    const key = keyOf(strip, at);
    frames.touch(key);
    return !untrack(() => frames.get(key));
  });
  let reader: FrameReader | null = null;
  let failures = 0;
  try {
    for (let next = missing.shift(); next !== undefined; next = missing.shift()) {
      const [index, at] = next;
      try {
        reader ??= await FrameReader.open(strip.url, signal);
        const picture = await reader.frame(at, strip.height);
        frames.keep(keyOf(strip, at), picture);
        if (signal.aborted) throw new NoPicture();
        onframe(index, picture);
      } catch (error) {
        failures += 1;
        if (signal.aborted || failures === FAILURES) throw error;
        // Retries with a new decoder, because a stalled one usually stays stalled.
        reader?.close();
        reader = null;
        missing.push(next);
      }
    }
  } finally {
    reader?.close();
  }
}

/** Clears the cache. */
export function forgetFrames(): void {
  frames.clear();
}

function keyOf(strip: Strip, at: number): string {
  return `${strip.video} ${at} ${strip.height}`;
}
