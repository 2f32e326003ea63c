/** Fake video elements and a fake canvas, because jsdom has neither. */
import { vi } from 'vitest';

/** The behaviour of the fake videos. A test may change it while they play. */
export type Behaviour = {
  /** The duration in seconds. */
  duration: number;
  /** Returns `true` if the video at an address can be decoded. */
  plays: (url: string) => boolean;
  /** True if a video reports that it is open. */
  opens: boolean;
  /** True if seeks complete automatically; otherwise call `arrive`. */
  seeks: boolean;
  /** Returns the n-th result of drawing at a position. */
  content: (seconds: number, draw: number) => 'picture' | 'black' | 'nothing';
};

type State = { url: string; time: number; open: boolean; failed: boolean; draws: number };

export class FakeVideos implements Behaviour {
  duration = 42;
  plays: Behaviour['plays'] = () => true;
  opens = true;
  seeks = true;
  content: Behaviour['content'] = () => 'picture';
  /** All positions that were sought, in seconds and in order. */
  readonly sought: number[] = [];
  /** The addresses that were opened, in order. */
  readonly opened: string[] = [];
  /** The maximum number of decoders in use at the same time. */
  most = 0;
  readonly #states = new Map<HTMLVideoElement, State>();
  #drawn: State | null = null;

  /** Replaces the missing functions of jsdom until the mocks are restored. */
  install(some: Partial<Behaviour> = {}): this {
    Object.assign(this, some);
    const fake = this as FakeVideos;
    const media = HTMLMediaElement.prototype;
    const state = (video: unknown) => fake.#states.get(video as HTMLVideoElement);

    // The page sets the attribute, scripts set the property; either opens the video.
    const setAttribute = Element.prototype.setAttribute;
    vi.spyOn(media, 'setAttribute').mockImplementation(function (this: HTMLMediaElement, name, value) {
      setAttribute.call(this, name, value);
      if (name === 'src') fake.#open(this as HTMLVideoElement, value);
    });
    vi.spyOn(media, 'src', 'set').mockImplementation(function (this: HTMLMediaElement, url) {
      fake.#open(this as HTMLVideoElement, url);
    });
    vi.spyOn(media, 'load').mockImplementation(function (this: HTMLMediaElement) {
      fake.#states.delete(this as HTMLVideoElement);
    });
    vi.spyOn(media, 'readyState', 'get').mockImplementation(function (this: unknown) {
      return state(this)?.open ? 4 : 0;
    });
    // jsdom does not implement this one.
    if (!('error' in media)) Object.defineProperty(media, 'error', { configurable: true, get: () => null });
    vi.spyOn(media, 'error', 'get').mockImplementation(function (this: unknown) {
      return state(this)?.failed ? ({ code: 4 } as MediaError) : null;
    });
    vi.spyOn(media, 'duration', 'get').mockImplementation(() => fake.duration);
    vi.spyOn(media, 'currentTime', 'get').mockImplementation(function (this: unknown) {
      return state(this)?.time ?? 0;
    });
    vi.spyOn(media, 'currentTime', 'set').mockImplementation(function (this: HTMLMediaElement, seconds) {
      fake.#seek(this as HTMLVideoElement, seconds);
    });
    vi.spyOn(HTMLVideoElement.prototype, 'videoWidth', 'get').mockReturnValue(1080);
    vi.spyOn(HTMLVideoElement.prototype, 'videoHeight', 'get').mockReturnValue(1920);

    const canvas = HTMLCanvasElement.prototype;
    vi.spyOn(canvas, 'getContext').mockImplementation(
      () =>
        ({
          drawImage: (video: HTMLVideoElement) => (fake.#drawn = state(video) ?? null),
          getImageData: () => ({ data: fake.#pixels() }),
        }) as unknown as ReturnType<HTMLCanvasElement['getContext']>,
    );
    vi.spyOn(canvas, 'toDataURL').mockImplementation(() => pictureAt(fake.#drawn?.url, fake.#drawn?.time));
    return this;
  }

  /** Returns the open videos. */
  get videos(): HTMLVideoElement[] {
    return [...this.#states.keys()];
  }

  /** Completes a video's seek. */
  arrive(video: HTMLVideoElement): void {
    video.dispatchEvent(new Event('seeked'));
  }

  #open(video: HTMLVideoElement, url: string): void {
    const state = { url, time: 0, open: false, failed: false, draws: 0 };
    this.#states.set(video, state);
    this.opened.push(url);
    this.most = Math.max(this.most, this.#states.size);
    if (!this.opens) return;
    queueMicrotask(() => {
      if (this.#states.get(video) !== state) return;
      state.open = this.plays(url);
      state.failed = !state.open;
      for (const event of state.open ? ['loadedmetadata', 'loadeddata'] : ['error']) {
        video.dispatchEvent(new Event(event));
      }
    });
  }

  #seek(video: HTMLVideoElement, seconds: number): void {
    this.sought.push(seconds);
    const state = this.#states.get(video);
    if (!state) return;
    state.time = seconds;
    state.draws = 0;
    if (this.seeks) queueMicrotask(() => video.dispatchEvent(new Event('seeked')));
  }

  #pixels(): number[] {
    const state = this.#drawn;
    if (!state) return [0, 0, 0, 0];
    state.draws += 1;
    return { nothing: [0, 0, 0, 0], black: [1, 1, 1, 255], picture: [9, 90, 200, 255] }[
      this.content(state.time, state.draws)
    ];
  }
}

/** Returns the fake picture of a video at a position. */
export function pictureAt(url: string | undefined, seconds: number | undefined): string {
  return `data:image/jpeg,${url} ${seconds}`;
}
