/** Filmstrips: frames spread over a video, drawn one after the other and kept for the next look. */
import { untrack } from 'svelte';
import { PictureCache } from './cache.svelte';
import { FrameReader } from './frames';

/** Frames of some twenty videos. */
const KEPT = 240;
const FEWEST = 8;
const MOST = 12;

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

/** How many frames fit side by side: as many as have room in their own shape, within limits. */
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
 * there; ends early with `signal`. Throws `NoPicture` when the video does not play.
 */
export async function drawStrip(
  strip: Strip,
  signal: AbortSignal,
  onframe: (index: number, picture: string) => void,
): Promise<void> {
  let reader: FrameReader | null = null;
  try {
    for (const [index, at] of strip.moments.entries()) {
      const key = keyOf(strip, at);
      frames.touch(key);
      if (untrack(() => frames.get(key))) continue;
      reader ??= await FrameReader.open(strip.url, signal);
      // A frame that cannot be drawn leaves its place empty; the others are still worth having.
      const picture = await reader.frame(at, strip.height).catch(() => null);
      if (signal.aborted) return;
      if (picture === null) continue;
      frames.keep(key, picture);
      onframe(index, picture);
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
