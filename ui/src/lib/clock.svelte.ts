/** The present moment, ticking once a second while something on the page reads it. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970; a reader in a template or effect follows it. */
export function now(): number {
  subscribe();
  return Date.now();
}
