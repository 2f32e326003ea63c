/** The times of the week at which each account likes to post. */
import { SvelteMap } from 'svelte/reactivity';
import type { Weekday } from '../bindings';
import { commands, type WeeklySlot } from '../contract';
import { notices } from '../notices.svelte';

/** The days of the week, as they are shown. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];

/** Slots in the order of the week, each once. */
export function inOrder(slots: WeeklySlot[]): WeeklySlot[] {
  const key = ({ weekday, time }: WeeklySlot) => `${WEEKDAYS.indexOf(weekday)} ${time}`;
  return [...new Map(slots.map((slot) => [key(slot), slot])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, slot]) => slot);
}

class Slots {
  #byAccount = new SvelteMap<string, WeeklySlot[]>();

  /** An account's slots, once they are known. */
  of(accountId: string): WeeklySlot[] | null {
    return this.#byAccount.get(accountId) ?? null;
  }

  async load(accountId: string): Promise<void> {
    await notices.guard(async () => this.#byAccount.set(accountId, inOrder(await commands.slots(accountId))));
  }

  /** Stores an account's slots; throws the notice. */
  async save(accountId: string, slots: WeeklySlot[]): Promise<void> {
    this.#byAccount.set(accountId, inOrder(await commands.setSlots(accountId, inOrder(slots))));
  }

  clear(): void {
    this.#byAccount.clear();
  }
}

export const slots = new Slots();
