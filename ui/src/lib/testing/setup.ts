/** Sets up every test: matchers for elements, the locale, and replacements for features that jsdom lacks. */
import '@testing-library/jest-dom/vitest';
import { clearMocks } from '@tauri-apps/api/mocks';
import { cleanup, waitFor } from '@testing-library/svelte';
import { toast } from 'svelte-sonner';
import { afterEach, vi } from 'vitest';
import { installSight } from './sight';

Object.defineProperty(navigator, 'languages', { value: ['en-GB'] });

// jsdom cannot draw or play, but the UI needs these to exist.
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
  // Otherwise the next test would find this test's message.
  toast.dismiss();
  await waitFor(() => {
    if (document.querySelector('[data-sonner-toast]')) throw new Error('a message is still there');
  });
  // The page removes its listeners when it unmounts, so the backend must still exist.
  cleanup();
  // Pending calls of the ended test still reach the backend.
  await new Promise((resolve) => setTimeout(resolve));
  clearMocks();
});
