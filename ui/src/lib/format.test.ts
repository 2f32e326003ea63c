/** Tests of the formats of numbers and durations. */
import { describe, expect, test } from 'vitest';
import { bytes, clipLength, clipMoment, listed, secondsUntil, span } from './format';

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [8_400_000, '8.4 MB'],
    [84_200_000, '84.2 MB'],
    [612_000_000, '612 MB'],
    [999_600_000, '1 GB'],
    [4_000_000_000, '4 GB'],
    [-5, '0 B'],
  ])('%d is %s', (count, text) => expect(bytes(count)).toBe(text));
});

describe('the duration of a video', () => {
  test.each([
    [0, '0:00'],
    [7_400, '0:07'],
    [187_000, '3:07'],
    [3_723_000, '1:02:03'],
  ])('%d ms is %s', (ms, text) => expect(clipLength(ms)).toBe(text));

  test('a position has tenths of a second', () => expect(clipMoment(61_250)).toBe('1:01.2'));
});

describe('a time span', () => {
  test.each([
    [0, '0 s'],
    [26.1, '27 s'],
    [60, '1 min'],
    [61, '2 min'],
    [3_600, '1 h'],
    [5_400, '1 h 30 min'],
  ])('%d s is %s', (seconds, text) => expect(span(seconds)).toBe(text));
});

describe('the seconds until an instant', () => {
  const now = Date.parse('2026-11-24T09:00:00Z');

  test('are positive before the instant', () => expect(secondsUntil('2026-11-24T09:00:42Z', now)).toBe(42));
  test('are 0 after the instant', () => expect(secondsUntil('2026-11-24T08:00:00Z', now)).toBe(0));
  test('are 0 for an unreadable instant', () => expect(secondsUntil('soon', now)).toBe(0));
});

test.each([
  [[], ''],
  [['Ada'], 'Ada'],
  [['Ada', 'Bo'], 'Ada and Bo'],
  [['Ada', 'Bo', 'Cy'], 'Ada, Bo and Cy'],
])('%j are listed as %j', (names, text) => expect(listed(names)).toBe(text));
