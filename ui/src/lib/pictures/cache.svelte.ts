/** A cache of pictures in memory that keeps the most recently used ones. */
import { SvelteMap } from 'svelte/reactivity';

export class PictureCache {
  readonly #limit: number;
  #pictures = new SvelteMap<string, string | null>();
  /**
   * Keys, least recently used first. Separate from the reactive pictures, so that a lookup triggers no
   * redraw.
   */
  #recent: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns a picture's data URL; `null` if the video has no picture, `undefined` while it is loading. */
  get(key: string): string | null | undefined {
    return this.#pictures.get(key);
  }

  /** Stores a picture, or `null` if there is none, and evicts the least recently used entry. */
  keep(key: string, picture: string | null): void {
    this.#pictures.set(key, picture);
    this.#renew(key);
    if (this.#recent.length <= this.#limit) return;
    const oldest = this.#recent.shift();
    if (oldest !== undefined) this.#pictures.delete(oldest);
  }

  /** Marks a picture as recently used. */
  touch(key: string): void {
    if (this.#recent.includes(key)) this.#renew(key);
  }

  clear(): void {
    this.#recent = [];
    this.#pictures.clear();
  }

  #renew(key: string): void {
    this.#recent = [...this.#recent.filter((other) => other !== key), key];
  }
}
