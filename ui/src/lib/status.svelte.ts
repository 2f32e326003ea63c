/** The store of the status: paused, offline, or waiting for a service. */
import { commands, type AppStatus } from './bindings';
import { notices } from './notices.svelte';

const INITIAL: AppStatus = { paused: false, network: 'unknown', services: [], notices: [] };

class StatusStore {
  current: AppStatus = $state.raw(INITIAL);
  /** A command that pauses or resumes all posts is running. */
  busy = $state(false);
  /** Counts the status events, so that a command's answer that is older than an event is dropped. */
  #events = 0;

  async load(): Promise<void> {
    await notices.guard(async () => {
      const events = this.#events;
      const loaded = await commands.standing();
      if (events === this.#events) this.current = loaded;
    });
  }

  async pauseAll(): Promise<void> {
    await this.#pause(true, commands.pauseAll);
  }

  async resumeAll(): Promise<void> {
    await this.#pause(false, commands.resumeAll);
  }

  /** Dismisses a notice permanently. */
  async dismiss(code: string): Promise<void> {
    const done = await notices.guard(() => commands.dismissNotice(code));
    if (done === undefined) return;
    this.current = {
      ...this.current,
      notices: this.current.notices.filter((notice) => notice.code !== code),
    };
  }

  /** Stores the backend's status. */
  changed(current: AppStatus): void {
    this.#events += 1;
    this.current = current;
  }

  reset(): void {
    this.current = INITIAL;
    this.busy = false;
  }

  async #pause(paused: boolean, command: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    const events = this.#events;
    const done = await notices.guard(command);
    this.busy = false;
    if (done !== undefined && events === this.#events) this.current = { ...this.current, paused };
  }
}

export const status = new StatusStore();
