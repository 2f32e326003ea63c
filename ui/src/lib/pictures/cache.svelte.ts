/** A cache of pictures in memory that keeps the most recently used ones. */
import { SvelteMap } from 'svelte/reactivity';

export class PictureCache {
  readonly #limit: number;
  #pictures = new SvelteMap<string, string | null>();
  /** Keys, the one wanted longest ago first. Apart from the pictures, so that wanting one redraws nothing. */
  #recent: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A picture's data URL; `null` when there is none to be had, `undefined` when that is not known yet. */
  get(key: string): string | null | undefined {
    return this.#pictures.get(key);
  }

  /** Keeps a picture, or that there is none, in place of the one wanted longest ago. */
  keep(key: string, picture: string | null): void {
    this.#pictures.set(key, picture);
    this.#renew(key);
    if (this.#recent.length <= this.#limit) return;
    const oldest = this.#recent.shift();
    if (oldest !== undefined) this.#pictures.delete(oldest);
  }

  /** Says that a picture is wanted again. */
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
