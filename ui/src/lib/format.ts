/** Formats numbers, sizes, durations and instants by the rules of the creator's locale and time zone. */
import type { Media, Weekday } from './bindings';
import { place } from './place.svelte';
import { t } from './texts/translate';

const DAY_MINUTES = 24 * 60;
const DAY_MS = 86_400_000;
/** A Monday, the base date for the names of the weekdays. */
const MONDAY = Date.parse('2024-01-01T00:00:00Z');
const WEEKDAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
const UNITS = ['unit-bytes', 'unit-kilobytes', 'unit-megabytes', 'unit-gigabytes'] as const;
const DATE: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' };
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

/** Formats a size in decimal units, as file managers and TikTok's limits count. */
export function bytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return t(UNITS[unit] ?? 'unit-bytes', { n: number(value, 3) });
}

/** Formats a number with at most `digits` significant digits. */
export function number(value: number, digits: number): string {
  return new Intl.NumberFormat(place.locale, { maximumSignificantDigits: digits }).format(value);
}

/** Formats a whole number with thousands separators. */
export function count(value: number): string {
  return new Intl.NumberFormat(place.locale).format(value);
}

/** Formats the size of a picture in pixels. */
export function pictureSize({ width, height }: Pick<Media, 'width' | 'height'>): string {
  return t('media-picture', { width: String(width), height: String(height) });
}

/** Formats the length of a video as players do: `0:07`, `12:30`, `1:02:03`. */
export function clipLength(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** Formats a position in a video, in tenths of a second. */
export function clipMoment(milliseconds: number): string {
  const tenths = Math.floor(Math.max(0, milliseconds) / 100);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** Formats a frame rate: `30`, `29.97`. */
export function frameRate(fps: number): string {
  return new Intl.NumberFormat(place.locale, { maximumFractionDigits: 2 }).format(fps);
}

/** Formats a duration. Rounds up, so that a remaining time is never understated. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return t('unit-seconds', { n: whole });
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return t('unit-minutes', { n: minutes });
  if (minutes < DAY_MINUTES) {
    return t('unit-hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
  const hours = Math.ceil(minutes / 60);
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? t('unit-days', { days }) : t('unit-days-hours', { days, hours: hours % 24 });
}

/** Formats the length of a video. Rounds up to tenths of a second, so that a little too long does not look like the limit. */
export function videoLength(milliseconds: number): string {
  const total = Math.ceil(Math.max(0, milliseconds) / 100);
  const minutes = Math.floor(total / 600);
  const seconds = (total % 600) / 10;
  if (minutes === 0) return t('unit-seconds', { n: seconds });
  const larger = t('unit-minutes', { n: minutes });
  return seconds === 0 ? larger : t('unit-pair', { larger, smaller: t('unit-seconds', { n: seconds }) });
}

/** Joins names as a list in a sentence. */
export function listed(names: string[]): string {
  return new Intl.ListFormat(place.locale, { type: 'conjunction' }).format(names);
}

/** Returns the seconds from `now` until an RFC 3339 instant; never negative. */
export function secondsUntil(instant: string, now: number): number {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1000);
}

/** Formats an instant's date: `27 November 2026`. */
export function date(instant: string): string {
  return instantText(instant, DATE);
}

/** Formats an instant's time of day: `18:30`. */
export function timeOfDay(instant: string): string {
  return instantText(instant, TIME);
}

/** Formats an instant's time of day to the second. */
export function clockTime(instant: string): string {
  return instantText(instant, { ...TIME, second: '2-digit' });
}

/** Formats an instant's date and time of day, for sentences: `27 November 2026 at 18:30`. */
export function moment(instant: string): string {
  return instantText(instant, { dateStyle: 'long', timeStyle: 'short' });
}

/** Formats an instant's day, for headings. */
export function day(instant: string): string {
  return instantText(instant, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** Formats an instant's day, with the year unless it is the current year. */
export function dayWithYear(instant: string, now: number): string {
  const year = yearOf(Date.parse(instant)) === yearOf(now) ? undefined : 'numeric';
  return instantText(instant, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** Returns `true` if two instants are on the same day in the creator's zone. */
export function sameDay(instant: string, now: number): boolean {
  return date(instant) === date(new Date(now).toISOString());
}

/** Formats a time of day that the settings store as `HH:MM`. */
export function wallTime(time: string): string {
  const at = Date.parse(`1970-01-01T${time}:00Z`);
  return Number.isNaN(at) ? time : formatter('UTC', TIME).format(at);
}

/** Returns the name of a day of the week. */
export function weekdayName(name: Weekday, length: 'long' | 'short'): string {
  return formatter('UTC', { weekday: length }).format(MONDAY + WEEKDAYS.indexOf(name) * DAY_MS);
}

/** Returns a formatter for a zone, or for the computer's own zone if the web view does not know that zone. */
export function formatter(
  zone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(place.locale, { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(place.locale, options);
  }
}

function yearOf(at: number): string {
  return formatter(place.zone, { year: 'numeric' }).format(at);
}

function instantText(instant: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : formatter(place.zone, options).format(at);
}
