/** Draws filmstrips: frames at equal distances in a video. Finished strips are cached. */
import { untrack } from 'svelte';
import { PictureCache } from './cache.svelte';
import { FrameReader, NoPicture } from './frames';

/** Frames of some twenty videos. */
const KEPT = 240;
const FEWEST = 8;
const MOST = 12;
/** So many failures, and the rest is left undrawn. */
const FAILURES = 6;

const frames = new PictureCache(KEPT);

/** A filmstrip to be drawn. */
export type Strip = {
  /** Which video, as `identityOf` names it. */
  video: string;
  /** Where it plays. */
  url: string;
  /** The moments of its frames, in milliseconds. */
  moments: number[];
  /** The frames' height in pixels. */
  height: number;
};

/** Returns the number of frames that fit side by side in their own aspect ratio, within limits. */
export function framesIn(width: number, height: number, aspect: number): number {
  const fit = Math.round(width / (height * aspect));
  return Number.isFinite(fit) ? Math.min(MOST, Math.max(FEWEST, fit)) : FEWEST;
}

/** The moment in the middle of each of `count` equal parts, in whole milliseconds. */
export function momentsIn(lastMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round(((index + 0.5) / count) * lastMs));
}

/** The frames that have been drawn before. */
export function knownFrames(strip: Strip): (string | null)[] {
  return untrack(() => strip.moments.map((at) => frames.get(keyOf(strip, at)) ?? null));
}

/**
 * Draws the frames that have not been drawn before, from the first to the last, and hands each over as soon as it is
 * there. What fails is tried again after the others. Throws `NoPicture` when it goes on failing, or when `signal` ends
 * it.
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
        // A decoder that does not answer one question may not answer the next either; another one may.
        reader?.close();
        reader = null;
        missing.push(next);
      }
    }
  } finally {
    reader?.close();
  }
}

/** Forgets all frames. */
export function forgetFrames(): void {
  frames.clear();
}

function keyOf(strip: Strip, at: number): string {
  return `${strip.video} ${at} ${strip.height}`;
}
