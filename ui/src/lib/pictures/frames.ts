/** Draws frames of a video with the web view's decoder, from an element outside the page. */

const OPEN_WITHIN_MS = 10_000;
const SEEK_WITHIN_MS = 8000;
/**
 * WebKitGTK sometimes fires `seeked` before the frame can be drawn. An empty or black frame is drawn again.
 */
const ATTEMPTS = 6;
const NEXT_ATTEMPT_MS = 120;
/** The distance to the end below which a video has no frame. A seek there may never finish. */
const BEFORE_END_S = 0.1;
const QUALITY = 0.82;

/** No picture is available: the video does not play here, timed out, or the request was aborted. */
export class NoPicture extends Error {}

/** A video element outside the page. It occupies a decoder until it is closed. */
export class FrameReader {
  readonly #video: HTMLVideoElement;
  readonly #canvas = document.createElement('canvas');
  readonly #signal: AbortSignal;

  private constructor(video: HTMLVideoElement, signal: AbortSignal) {
    this.#video = video;
    this.#signal = signal;
  }

  /** Opens the video at an address. `signal` aborts it. Throws {@link NoPicture}. */
  static async open(url: string, signal: AbortSignal): Promise<FrameReader> {
    const video = document.createElement('video');
    // Without this attribute the frames can be shown, but not read.
    video.crossOrigin = 'anonymous';
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    const reader = new FrameReader(video, signal);
    try {
      const loaded = answer(video, 'loadeddata', OPEN_WITHIN_MS, signal);
      video.src = url;
      await loaded;
      // If only the sound can be decoded, the video has no size.
      if (video.videoWidth === 0) throw new NoPicture();
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /**
   * Returns the frame at a position as a JPEG data URL of that height in pixels. Throws {@link NoPicture}.
   */
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
    for (let attempt = 1; ; attempt += 1) {
      const content = this.#paint(height);
      if (content === 'picture') break;
      // A video may begin with black frames.
      if (attempt === ATTEMPTS && content === 'black') break;
      if (attempt === ATTEMPTS) throw new NoPicture();
      await new Promise((resolve) => setTimeout(resolve, NEXT_ATTEMPT_MS));
      if (this.#signal.aborted) throw new NoPicture();
    }
    return this.#canvas.toDataURL('image/jpeg', QUALITY);
  }

  /** Frees the decoder and the connection at once instead of at the next garbage collection. */
  close(): void {
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  /** Draws the current frame of the element and returns what it shows. */
  #paint(height: number): 'nothing' | 'black' | 'picture' {
    const { videoWidth, videoHeight } = this.#video;
    const canvas = this.#canvas;
    canvas.height = height;
    // Setting the size clears the canvas, so that an earlier frame cannot be mistaken for this one.
    canvas.width = Math.max(1, Math.round((height * videoWidth) / (videoHeight || 1)));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new NoPicture();
    context.drawImage(this.#video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    if (data[3] === 0) return 'nothing';
    return data.every((value, index) => index % 4 === 3 || value < 8) ? 'black' : 'picture';
  }
}

/** Waits for a video's event. Throws {@link NoPicture} on an error, a timeout or an abort. */
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
