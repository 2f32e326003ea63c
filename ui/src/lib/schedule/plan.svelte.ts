/** The state of a draft's schedule: now, at a time or in the next free slot, with the forecast of TikTok's limits. */
import {
  commands,
  type Account,
  type FolderWhen,
  type Forecast,
  type Notice,
  type Post,
  type PostMode,
  type Schedule,
} from '../bindings';
import { notices, toNotice } from '../notices.svelte';
import { posts } from '../posts.svelte';
import { settings } from '../settings.svelte';
import { t } from '../texts';
import { MomentChoice } from './moment.svelte';
import { dayAfter, isAhead, localOf } from './zone';

export type When = 'now' | 'at' | 'slot';

/** The account's next free slot, if known. */
export type NextSlot =
  | { kind: 'unknown' }
  | { kind: 'none' }
  | { kind: 'free'; schedule: Schedule }
  | { kind: 'failed'; notice: Notice };

/** The choices of drafts that are not open, kept when the page changes. Not reactive. */
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const choices = new Map<string, { when: When; date: string; time: string }>();

/** Clears the choices of all drafts. */
export function forgetPlans(): void {
  choices.clear();
}

export class Plan {
  readonly moment = new MomentChoice();
  when: When = $state('now');
  slot: NextSlot = $state.raw({ kind: 'unknown' });
  forecast = $state.raw<Forecast | null>(null);
  #id: string;
  #newestSlot = 0;
  #newestForecast = 0;

  constructor(post: Post) {
    this.#id = post.id;
    const before = choices.get(post.id);
    if (before) {
      this.when = before.when;
      if (before.when === 'at') this.moment.choose(before);
    } else if (isAhead(post.schedule)) {
      // The post was scheduled before it became a draft again.
      this.when = 'at';
      this.moment.startAt(Date.parse(post.schedule.at));
    } else if (post.folder?.approval) this.#startAs(post, post.folder.when);
  }

  /** The instant of the post; `null` for now, or if it is unknown. */
  get at(): string | null {
    if (this.when === 'at') return this.moment.at;
    return this.when === 'slot' && this.slot.kind === 'free' ? this.slot.schedule.at : null;
  }

  /** The reasons why the draft cannot be scheduled yet. */
  get blockers(): string[] {
    if (this.when === 'at') {
      const { verdict } = this.moment;
      if (verdict.kind === 'incomplete') return [t('scheduling-blockers-incomplete')];
      if (verdict.kind === 'refused') return [t('scheduling-blockers-refused')];
      return verdict.kind === 'loading' ? [t('scheduling-blockers-asking')] : [];
    }
    if (this.when === 'slot') {
      if (this.slot.kind === 'none') return [t('scheduling-blockers-no-slots')];
      return this.slot.kind === 'failed' ? [t('scheduling-blockers-slot-unknown')] : [];
    }
    return [];
  }

  choose(when: When): void {
    this.when = when;
    if (when === 'at' && this.moment.date === '') this.moment.startSoon(Date.now());
    this.#keep();
  }

  chooseMoment(some: { date?: string; time?: string }): void {
    this.moment.choose(some);
    this.#keep();
  }

  /** Requests the next free slot. */
  async loadSlot(account: Account | null): Promise<void> {
    const request = ++this.#newestSlot;
    if (account === null) {
      this.slot = { kind: 'unknown' };
      return;
    }
    let slot: NextSlot;
    try {
      const schedule = await commands.nextSlot(account.id);
      slot = schedule === null ? { kind: 'none' } : { kind: 'free', schedule };
    } catch (error) {
      slot = { kind: 'failed', notice: toNotice(error) };
    }
    if (request === this.#newestSlot) this.slot = slot;
  }

  /** Requests the forecast of TikTok's limits. */
  async loadForecast(account: Account | null, mode: PostMode, at: string | null): Promise<void> {
    const request = ++this.#newestForecast;
    const forecast =
      account === null
        ? null
        : ((await notices.guard(() => commands.forecast(account.id, mode, at))) ?? null);
    if (request === this.#newestForecast) this.forecast = forecast;
  }

  /** Sends or schedules the draft. Returns its scheduled time, if any. Throws the notice of a failure. */
  async submit(): Promise<Schedule | null> {
    const { moment } = this.moment;
    let post: Post | null = null;
    if (this.when === 'now') await posts.submit(this.#id);
    else if (this.when === 'slot') post = await posts.scheduleNextSlot(this.#id);
    else if (moment !== null) post = await posts.schedule(this.#id, moment);
    choices.delete(this.#id);
    return post?.schedule ?? null;
  }

  /** Starts from the settings of the folder that the draft comes from. */
  #startAs(post: Post, when: FolderWhen): void {
    if (when.kind === 'nextSlot') this.when = 'slot';
    if (when.kind === 'dailyAt') {
      this.when = 'at';
      this.moment.choose({ date: freeDay(when.time, post), time: when.time });
    }
  }

  #keep(): void {
    const { date, time } = this.moment;
    choices.set(this.#id, { when: this.when, date, time });
  }
}

/** Returns the next day on which the account has no other post at this time. */
function freeDay(time: string, post: Post): string {
  const taken = posts.list
    .filter(({ id, settings }) => id !== post.id && settings.accountId === post.settings.accountId)
    .flatMap(({ schedule }) => schedule?.moment.dateTime.slice(0, 'YYYY-MM-DDTHH:MM'.length) ?? []);
  const now = localOf(Date.now(), settings.zone);
  let day = time > now.time ? now.date : dayAfter(now.date);
  while (taken.includes(`${day}T${time}`)) day = dayAfter(day);
  return day;
}
