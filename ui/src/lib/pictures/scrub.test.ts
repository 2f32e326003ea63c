/** Tests of the keys that move along a video in steps. */
import { expect, test } from 'vitest';
import { momentByKey } from './scrub';

test.each([
  ['ArrowRight', false, 5000, 5100],
  ['ArrowUp', false, 5000, 5100],
  ['ArrowLeft', false, 5000, 4900],
  ['ArrowDown', false, 5000, 4900],
  ['ArrowRight', true, 5000, 6000],
  ['ArrowLeft', true, 5000, 4000],
  ['PageUp', false, 5000, 6990],
  ['PageDown', false, 5000, 3010],
  ['Home', false, 5000, 0],
  ['End', false, 5000, 19_900],
  ['ArrowLeft', false, 40, 0],
  ['ArrowRight', true, 19_500, 19_900],
  ['PageUp', false, 19_000, 19_900],
  ['Tab', false, 5000, null],
  ['a', true, 5000, null],
] as const)('the position after %s with shift %s at %i ms', (key, shift, ms, to) => {
  expect(momentByKey(key, shift, ms, 19_900)).toBe(to);
});

test('Page Up moves by at least one step', () => {
  expect(momentByKey('PageUp', false, 0, 500)).toBe(100);
});
