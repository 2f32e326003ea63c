/** The fake backend's calendar: converts a local time in a zone to an instant. */
import type { ClockChange, LocalMoment, Schedule } from '../bindings';
import { localOf } from '../schedule/zone';

const HOUR = 3_600_000;

/** Converts a local time to an instant. Skipped times move forward; repeated times use the first. */
export function resolve(moment: LocalMoment): Schedule {
  const wall = Date.parse(`${moment.dateTime}:00Z`);
  // The zone's UTC offsets around that time, before and after a clock change.
  const offsets = [wall - 30 * HOUR, wall + 30 * HOUR].map((at) => offsetAt(at, moment.zone));
  const fitting = [...new Set(offsets.map((offset) => wall - offset))]
    .filter((at) => at + offsetAt(at, moment.zone) === wall)
    .sort((a, b) => a - b);
  const first = fitting[0];
  const change: ClockChange = first === undefined ? 'skipped' : fitting.length > 1 ? 'repeated' : 'none';
  const at = first ?? wall - (offsets[0] ?? 0);
  return { moment, at: new Date(at).toISOString(), change };
}

function offsetAt(at: number, zone: string): number {
  const { date, time } = localOf(at, zone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000;
}
