/** Draws frames of a video with the web view's decoder, from an element outside the page. */

const OPEN_WITHIN_MS = 10_000;
const SEEK_WITHIN_MS = 8000;
/** WebKitGTK says "seeked" now and then before the frame can be drawn: nothing, or a black one, is looked at again. */
const LOOKS = 6;
const NEXT_LOOK_MS = 120;
/** The distance to the end below which a video has no frame. A seek there may never finish. */
const BEFORE_END_S = 0.1;
const QUALITY = 0.82;

/** There is no picture: the video does not play here, did not answer in time, or nobody waits for it any more. */
export class NoPicture extends Error {}

/** A video opened out of sight. It holds a decoder until it is closed. */
export class FrameReader {
  readonly #video: HTMLVideoElement;
  readonly #canvas = document.createElement('canvas');
  readonly #signal: AbortSignal;

  private constructor(video: HTMLVideoElement, signal: AbortSignal) {
    this.#video = video;
    this.#signal = signal;
  }

  /** Opens the video at an address, until `signal` ends it; throws {@link NoPicture}. */
  static async open(url: string, signal: AbortSignal): Promise<FrameReader> {
    const video = document.createElement('video');
    // Without it the frames may be shown, but not read.
    video.crossOrigin = 'anonymous';
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    const reader = new FrameReader(video, signal);
    try {
      const loaded = answer(video, 'loadeddata', OPEN_WITHIN_MS, signal);
      video.src = url;
      await loaded;
      // Where only the sound can be decoded, there is a video without a size.
      if (video.videoWidth === 0) throw new NoPicture();
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** The frame shown at a moment, as a JPEG data URL of that height in pixels; throws {@link NoPicture}. */
  async frame(atMs: number, height: number): Promise<string> {
    const video = this.#video;
    if (video.error) throw new NoPicture();
    const end = Number.isFinite(video.duration) ? Math.max(0, video.duration - BEFORE_END_S) : Infinity;
    const at = Math.min(atMs / 1000, end);
    if (video.currentTime !== at) {
      const seeked = answer(video, 'seeked', SEEK_WITHIN_MS, this.#signal);
      video.currentTime = at;
      await seeked;
    }
    for (let look = 1; ; look += 1) {
      const seen = this.#paint(height);
      if (seen === 'picture') break;
      // A film may well begin in black.
      if (look === LOOKS && seen === 'black') break;
      if (look === LOOKS) throw new NoPicture();
      await new Promise((resolve) => setTimeout(resolve, NEXT_LOOK_MS));
      if (this.#signal.aborted) throw new NoPicture();
    }
    return this.#canvas.toDataURL('image/jpeg', QUALITY);
  }

  /** Frees the decoder and the connection at once instead of at the next collection. */
  close(): void {
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  /** Draws the current frame of the element and returns its position. */
  #paint(height: number): 'nothing' | 'black' | 'picture' {
    const { videoWidth, videoHeight } = this.#video;
    const canvas = this.#canvas;
    canvas.height = height;
    // This also empties it, so that what was drawn before is not taken for this frame.
    canvas.width = Math.max(1, Math.round((height * videoWidth) / (videoHeight || 1)));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new NoPicture();
    context.drawImage(this.#video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    if (data[3] === 0) return 'nothing';
    return data.every((value, index) => index % 4 === 3 || value < 8) ? 'black' : 'picture';
  }
}

/** Waits for a video's event; throws {@link NoPicture} on its error, at the limit, or when nobody waits any more. */
function answer(video: HTMLVideoElement, event: string, limitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const over = new AbortController();
    const end = (then: () => void) => () => {
      clearTimeout(timer);
      over.abort();
      then();
    };
    const fail = end(() => reject(new NoPicture()));
    const timer = setTimeout(fail, limitMs);
    video.addEventListener(event, end(resolve), { signal: over.signal });
    video.addEventListener('error', fail, { signal: over.signal });
    signal.addEventListener('abort', fail, { signal: over.signal });
    if (signal.aborted) fail();
  });
}
