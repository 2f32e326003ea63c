/** The store of the weekly slots of each account. */
import { SvelteMap } from 'svelte/reactivity';
import { commands, type Weekday, type WeeklySlot } from '../bindings';
import { notices } from '../notices.svelte';

/** The days of the week, in display order. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];

/** Sorts slots in the order of the week and removes duplicates. */
export function inOrder(slots: WeeklySlot[]): WeeklySlot[] {
  return slots
    .filter(
      (slot, index) =>
        slots.findIndex(({ weekday, time }) => weekday === slot.weekday && time === slot.time) === index,
    )
    .sort((a, b) => WEEKDAYS.indexOf(a.weekday) - WEEKDAYS.indexOf(b.weekday) || (a.time < b.time ? -1 : 1));
}

class Slots {
  #byAccount = new SvelteMap<string, WeeklySlot[]>();

  /** Returns an account's slots, if loaded. */
  of(accountId: string): WeeklySlot[] | null {
    return this.#byAccount.get(accountId) ?? null;
  }

  async load(accountId: string): Promise<void> {
    await notices.guard(async () => this.#byAccount.set(accountId, inOrder(await commands.slots(accountId))));
  }

  /** Stores an account's slots. Throws the notice of a failure. */
  async save(accountId: string, slots: WeeklySlot[]): Promise<void> {
    this.#byAccount.set(accountId, inOrder(await commands.setSlots(accountId, inOrder(slots))));
  }

  clear(): void {
    this.#byAccount.clear();
  }
}

export const slots = new Slots();
