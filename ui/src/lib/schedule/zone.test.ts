/** Tests of local dates and times. */
import { describe, expect, test } from 'vitest';
import { resolve } from '../testing/zones';
import { dayAfter, localOf, momentText, startOfDay, zoneName, zoneOffset } from './zone';

const NOW = Date.parse('2026-11-24T09:00:00Z');

describe('an instant in a time zone', () => {
  test.each([
    ['2026-11-24T23:30:00Z', 'Europe/Vienna', '2026-11-25', '00:30'],
    ['2026-11-24T23:30:00Z', 'America/New_York', '2026-11-24', '18:30'],
    ['2026-11-24T23:30:00Z', 'Asia/Kolkata', '2026-11-25', '05:00'],
    ['2026-07-01T12:00:00Z', 'Europe/Vienna', '2026-07-01', '14:00'],
  ])('%s in %s is %s %s', (instant, zone, date, time) =>
    expect(localOf(Date.parse(instant), zone)).toEqual({ date, time }),
  );

  test('has a date and time in an unknown zone too', () =>
    expect(localOf(NOW, 'Mars/Olympus_Mons').date).toBe('2026-11-24'));
});

describe('the text of a time', () => {
  test.each([
    ['2026-11-24T17:30:00Z', 'Today, 18:30'],
    ['2026-11-24T23:30:00Z', 'Tomorrow, 00:30'],
    ['2026-11-26T17:30:00Z', 'Thu 26 Nov, 18:30'],
    ['2027-01-01T17:30:00Z', 'Fri, 1 Jan 2027, 18:30'],
    ['soon', 'soon'],
  ])('%s reads "%s"', (instant, text) => expect(momentText(instant, 'Europe/Vienna', NOW)).toBe(text));

  test('is "Tomorrow" across the end of a month', () => {
    expect(dayAfter('2027-02-28')).toBe('2027-03-01');
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
  });
});

test('zones have display names and offsets', () => {
  expect(zoneName('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  expect(zoneName('UTC')).toBe('UTC');
  expect(zoneOffset('Asia/Kolkata', NOW)).toBe('UTC+5:30');
  expect(zoneOffset('Mars/Olympus_Mons', NOW)).toBe('');
});

describe('the fake calendar resolves local times as the engine does', () => {
  const at = (dateTime: string) => resolve({ dateTime, zone: 'Europe/Vienna' });
  test('an ordinary time', () =>
    expect(at('2026-11-24T18:30')).toMatchObject({ at: '2026-11-24T17:30:00.000Z', change: 'none' }));
  test('a skipped time moves forward by the skipped span', () =>
    expect(at('2027-03-28T02:30')).toMatchObject({ at: '2027-03-28T01:30:00.000Z', change: 'skipped' }));
  test('a repeated time is the first of the two', () =>
    expect(at('2027-10-31T02:30')).toMatchObject({ at: '2027-10-31T00:30:00.000Z', change: 'repeated' }));
});

describe('the start of a day', () => {
  test.each([
    ['2026-11-24', 'Europe/Vienna', '2026-11-23T23:00:00.000Z'],
    ['2026-11-24', 'America/New_York', '2026-11-24T05:00:00.000Z'],
    // The clocks change later on these days.
    ['2027-03-28', 'Europe/Vienna', '2027-03-27T23:00:00.000Z'],
    ['2027-10-31', 'Europe/Vienna', '2027-10-30T22:00:00.000Z'],
  ])('%s in %s starts at %s', (day, zone, instant) => expect(startOfDay(day, zone)).toBe(instant));
});
