/** Converts between instants and the creator's local dates and times. */
import type { Schedule } from '../bindings';
import { formatter } from '../format';
import { t } from '../texts';

/** A date and a time of day, in the format of date and time inputs. */
export type Local = { date: string; time: string };

const LOCAL: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** Returns an instant's date and time of day in a zone. */
export function localOf(instant: number, zone: string | undefined): Local {
  const parts = calendar(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}

/** Formats an instant's day and time in a zone: "Today, 18:30", "Wed 25 Nov, 18:30". */
export function momentText(instant: string, zone: string, now: number): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return instant;
  const time = formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(at);
  return t('scheduling-day-and-time', { day: dayText(at, zone, now), time });
}

function dayText(at: number, zone: string, now: number): string {
  const { date } = localOf(at, zone);
  const today = localOf(now, zone).date;
  if (date === today) return t('scheduling-today');
  if (date === dayAfter(today)) return t('scheduling-tomorrow');
  const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : 'numeric';
  return formatter(zone, { weekday: 'short', day: 'numeric', month: 'short', year }).format(at);
}

/** Returns a formatter whose parts are the digits of date and time inputs. */
function calendar(zone: string | undefined): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...LOCAL, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', LOCAL);
  }
}

/** Returns the instant at which a day starts in a zone, as RFC 3339. */
export function startOfDay(date: string, zone: string | undefined): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // The offset may differ between the two estimates, so the second starts from the first.
  let at = midnight;
  for (let guess = 0; guess < 2; guess += 1) {
    const local = localOf(at, zone);
    at += midnight - Date.parse(`${local.date}T${local.time}:00Z`);
  }
  return new Date(at).toISOString();
}

/** Returns the next date. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Returns a zone's display name: `America/New_York` is "New York". */
export function zoneName(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** Returns a zone's current offset from UTC, such as `UTC+1`; empty for an unknown zone. */
export function zoneOffset(zone: string, now: number): string {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      timeZoneName: 'shortOffset',
    }).formatToParts(now);
    return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC');
  } catch {
    return '';
  }
}

/** Returns `true` for a schedule in the future. */
export function isAhead(schedule: Schedule | null): schedule is Schedule {
  return schedule !== null && Date.parse(schedule.at) > Date.now();
}
