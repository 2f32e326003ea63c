/** Tests of copying text when the system refuses. */
import { afterEach, expect, test, vi } from 'vitest';

import { copy } from './clipboard';
import { toNotice } from './notices.svelte';
import { formatNotice } from './texts';

afterEach(() => vi.unstubAllGlobals());

test('a refused copy says that the text could not be copied', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('denied')) } });
  document.execCommand = () => false;
  const error = await copy('a text').catch((reason: unknown) => reason);
  expect(formatNotice(toNotice(error)).happened).toBe('The text could not be copied.');
});
