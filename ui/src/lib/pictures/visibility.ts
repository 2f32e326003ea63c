/** Reports the visibility of elements with one shared observer, because a queue may have thousands of rows. */

const watched = new Map<Element, (visible: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Reports each change of an element's visibility. Returns a function that stops it. */
export function watchVisibility(element: Element, onchange: (visible: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting);
  });
  watched.set(element, onchange);
  observer.observe(element);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}
