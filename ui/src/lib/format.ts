/** Numbers, durations and instants in a form that people read. */
import { texts } from './texts';

const DAY_MINUTES = 24 * 60;
const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** Bytes in decimal units, as file managers and TikTok's limits count them. */
export function bytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A video's length, as players write it: `0:07`, `12:30`, `1:02:03`. */
export function clipLength(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** A moment within a video, in tenths of a second. */
export function clipMoment(milliseconds: number): string {
  const tenths = Math.floor(Math.max(0, milliseconds) / 100);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** A frame rate: `30`, `29.97`. */
export function frameRate(fps: number): string {
  return String(Number(fps.toFixed(2)));
}

/** A stretch of time, rounded up so that it never promises too little. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return texts.units.seconds(whole);
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return texts.units.minutes(minutes);
  if (minutes < DAY_MINUTES) return texts.units.hours(Math.floor(minutes / 60), minutes % 60);
  const hours = Math.ceil(minutes / 60);
  return texts.units.days(Math.floor(hours / 24), hours % 24);
}

/** The seconds from `now` until an RFC 3339 instant; never negative. */
export function secondsUntil(instant: string, now: number): number {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1000);
}

/** An instant's time of day. */
export function timeOfDay(instant: string): string {
  return format(instant, { hour: '2-digit', minute: '2-digit' });
}

/** An instant's time of day to the second. */
export function clockTime(instant: string): string {
  return format(instant, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** An instant's day, for headings. */
export function day(instant: string): string {
  return format(instant, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** The same, with the year where it is not the present one. */
export function dayWithYear(instant: string, now: number): string {
  const year = new Date(instant).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return format(instant, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** Whether two instants lie on the same day here. */
export function sameDay(instant: string, now: number): boolean {
  return new Date(instant).toDateString() === new Date(now).toDateString();
}

/** A whole number with its thousands apart. */
export function count(number: number): string {
  return new Intl.NumberFormat(texts.locale).format(number);
}

/** An instant's date. */
export function date(instant: string): string {
  return format(instant, { day: 'numeric', month: 'long', year: 'numeric' });
}

function format(instant: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : new Intl.DateTimeFormat(texts.locale, options).format(at);
}
