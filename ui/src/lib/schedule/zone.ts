/** Moments as they are where the creator lives. */
import type { Schedule } from '../bindings';
import { texts } from '../texts';

/** A date and a time of day, as date and time inputs hold them. */
export type Local = { date: string; time: string };

const LOCAL: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** A formatter for a zone; for this computer's own where the zone is not known here. */
function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(texts.locale, { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(texts.locale, options);
  }
}

/** An instant's date and time of day in a zone. */
export function localOf(instant: number, zone: string): Local {
  const parts = formatter(zone, LOCAL).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}

/** An instant's day and time in a zone: "Today, 18:30", "Wed 25 Nov, 18:30". */
export function momentText(instant: string, zone: string, now: number): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return instant;
  const { date, time } = localOf(at, zone);
  return texts.schedule.dayAndTime(dayText(at, date, zone, now), time);
}

function dayText(at: number, date: string, zone: string, now: number): string {
  const today = localOf(now, zone).date;
  if (date === today) return texts.schedule.today;
  if (date === dayAfter(today)) return texts.schedule.tomorrow;
  const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : 'numeric';
  return formatter(zone, { weekday: 'short', day: 'numeric', month: 'short', year }).format(at);
}

/** The date one day later. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** A zone's name for people: `America/New_York` is "New York". */
export function zoneName(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** A zone's present distance from UTC, such as `UTC+1`; nothing where the zone is not known here. */
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

/** Whether a post has a moment that is still to come. */
export function isAhead(schedule: Schedule | null): schedule is Schedule {
  return schedule !== null && Date.parse(schedule.at) > Date.now();
}
