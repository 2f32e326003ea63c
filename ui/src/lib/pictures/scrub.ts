/** Maps keys to steps on a time scale, in milliseconds. */

const STEP_MS = 100;
const WIDE_STEP_MS = 1000;

/** Returns the position that a key selects, within 0 and `last`, or `null` for other keys. */
export function momentByKey(key: string, shift: boolean, ms: number, last: number): number | null {
  const step = shift ? WIDE_STEP_MS : STEP_MS;
  const page = Math.max(STEP_MS, Math.round(last / 10));
  const within = (to: number) => Math.min(last, Math.max(0, to));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(ms - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(ms + step);
    case 'PageDown':
      return within(ms - page);
    case 'PageUp':
      return within(ms + page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
