/** Sets up every test: matchers for elements, the locale, and replacements for what jsdom lacks. */
import '@testing-library/jest-dom/vitest';
import { clearMocks } from '@tauri-apps/api/mocks';
import { cleanup, waitFor } from '@testing-library/svelte';
import { toast } from 'svelte-sonner';
import { afterEach, vi } from 'vitest';
import { installSight } from './sight';

Object.defineProperty(navigator, 'languages', { value: ['en-GB'] });

// jsdom draws and plays nothing; the UI only needs these to exist.
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as unknown as MediaQueryList;
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.animate ??= () =>
  ({ cancel: () => undefined, finished: Promise.resolve() }) as unknown as Animation;
window.PointerEvent ??= MouseEvent as unknown as typeof PointerEvent;
Element.prototype.setPointerCapture = () => undefined;
window.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
installSight();
HTMLMediaElement.prototype.load = () => undefined;
HTMLMediaElement.prototype.pause = () => undefined;

afterEach(async () => {
  vi.useRealTimers();
  // Else a message of one test would be found by the next.
  toast.dismiss();
  await waitFor(() => {
    if (document.querySelector('[data-sonner-toast]')) throw new Error('a message is still there');
  });
  // The page stops listening as it goes, so it goes before its backend.
  cleanup();
  // What was under way when the test ended still speaks to the backend once.
  await new Promise((resolve) => setTimeout(resolve));
  clearMocks();
});
