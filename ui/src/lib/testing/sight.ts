/** A fake intersection observer, because jsdom has no layout. Every element is visible until a test hides it. */

const observers = new Set<Sight>();

class Sight implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = '';
  readonly scrollMargin = '';
  readonly thresholds = [];
  readonly #elements = new Set<Element>();
  readonly #callback: IntersectionObserverCallback;

  constructor(callback: IntersectionObserverCallback) {
    this.#callback = callback;
    observers.add(this);
  }

  observe(element: Element): void {
    this.#elements.add(element);
    this.notify(element, true);
  }

  unobserve(element: Element): void {
    this.#elements.delete(element);
  }

  disconnect(): void {
    this.#elements.clear();
  }

  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }

  notify(element: Element, isIntersecting: boolean): void {
    if (!this.#elements.has(element)) return;
    this.#callback([{ target: element, isIntersecting } as unknown as IntersectionObserverEntry], this);
  }
}

/** Replaces the browser's intersection observer. */
export function installSight(): void {
  window.IntersectionObserver = Sight;
}

/** Scrolls an element into or out of view. */
export function scrolled(element: Element, isIntersecting: boolean): void {
  for (const observer of observers) observer.notify(element, isIntersecting);
}
