/** Seeks a player, one seek at a time. Of the requests during a seek, only the newest is used. */

/** The timeout of a seek, in milliseconds. */
const LOST_AFTER_MS = 2000;

export class Seeker {
  readonly #video: HTMLVideoElement;
  readonly #over = new AbortController();
  #wanted: number | null = null;
  #under: ReturnType<typeof setTimeout> | null = null;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    const { signal } = this.#over;
    video.addEventListener('seeked', () => this.#arrived(), { signal });
    video.addEventListener('loadedmetadata', () => this.#go(), { signal });
  }

  /** Shows the frame at a position, in milliseconds, as soon as the player can. */
  to(ms: number): void {
    this.#wanted = ms / 1000;
    this.#go();
  }

  close(): void {
    this.#over.abort();
    if (this.#under !== null) clearTimeout(this.#under);
  }

  #go(): void {
    const video = this.#video;
    if (this.#wanted === null || this.#under !== null) return;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    const to = this.#wanted;
    this.#wanted = null;
    video.pause();
    if (video.currentTime === to) return;
    this.#under = setTimeout(() => this.#arrived(), LOST_AFTER_MS);
    video.currentTime = to;
  }

  #arrived(): void {
    if (this.#under !== null) clearTimeout(this.#under);
    this.#under = null;
    this.#go();
  }
}
