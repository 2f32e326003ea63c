/** Reactive clocks that tick while something on the page reads them. */
import { createSubscriber } from 'svelte/reactivity';

const SECOND = 1000;
const MINUTE = 60_000;

function every(milliseconds: number): () => void {
  return createSubscriber((update) => {
    const timer = setInterval(update, milliseconds);
    return () => clearInterval(timer);
  });
}

const seconds = every(SECOND);
const minutes = every(MINUTE);

/** Milliseconds since 1970. A reader in a template or effect updates every second. */
export function now(): number {
  seconds();
  return Date.now();
}

/** A clock that ticks once a minute. */
export function nowByMinute(): number {
  minutes();
  return Date.now();
}
