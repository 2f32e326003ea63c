/** The state of a date and time that the creator is choosing, with the engine's answer. */
import { commands, type LocalMoment, type Notice, type Schedule } from '../bindings';
import { toNotice } from '../notices.svelte';
import { settings } from '../settings.svelte';
import { localOf } from './zone';

/** The engine's answer about the chosen time. */
export type Verdict =
  | { kind: 'incomplete' }
  | { kind: 'loading' }
  | { kind: 'known'; schedule: Schedule }
  | { kind: 'refused'; notice: Notice };

const HOUR = 3_600_000;

export class MomentChoice {
  date = $state('');
  time = $state('');
  verdict: Verdict = $state.raw({ kind: 'incomplete' });
  #newest = 0;

  /** The local date and time as the engine expects it, if both parts are present. */
  get moment(): LocalMoment | null {
    if (this.date === '' || this.time === '') return null;
    return { dateTime: `${this.date}T${this.time}`, zone: settings.zone };
  }

  /** The instant of the chosen time, once the engine has resolved it. */
  get at(): string | null {
    return this.verdict.kind === 'known' ? this.verdict.schedule.at : null;
  }

  /** Starts from an instant. */
  startAt(instant: number): void {
    Object.assign(this, localOf(instant, settings.zone));
    void this.resolve();
  }

  /** Starts from the next full hour that is at least half an hour away. */
  startSoon(now: number): void {
    this.startAt(Math.ceil((now + HOUR / 2) / HOUR) * HOUR);
  }

  choose(some: { date?: string; time?: string }): void {
    if (some.date !== undefined) this.date = some.date;
    if (some.time !== undefined) this.time = some.time;
    void this.resolve();
  }

  /** Asks the engine to resolve the chosen time. */
  async resolve(): Promise<void> {
    const request = ++this.#newest;
    const { moment } = this;
    if (moment === null) {
      this.verdict = { kind: 'incomplete' };
      return;
    }
    // Keeps the previous answer until the next arrives, to avoid flicker. A submit is validated again.
    if (this.verdict.kind !== 'known') this.verdict = { kind: 'loading' };
    let verdict: Verdict;
    try {
      verdict = { kind: 'known', schedule: await commands.previewMoment(moment) };
    } catch (error) {
      verdict = { kind: 'refused', notice: toNotice(error) };
    }
    if (request === this.#newest) this.verdict = verdict;
  }
}
