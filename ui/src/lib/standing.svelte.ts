/** The store of the status: paused, offline, or waiting for a service. */
import { commands, type AppStatus } from './bindings';
import { notices } from './notices.svelte';

const WELL: AppStatus = { paused: false, network: 'unknown', services: [], notices: [] };

class StandingState {
  current: AppStatus = $state.raw(WELL);
  /** A command that pauses or resumes all posts is running. */
  busy = $state(false);
  /** Counts the status events, so that a command's answer that is older than an event is dropped. */
  #heard = 0;

  async load(): Promise<void> {
    await notices.guard(async () => {
      const heard = this.#heard;
      const standing = await commands.standing();
      if (heard === this.#heard) this.current = standing;
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
  changed(standing: AppStatus): void {
    this.#heard += 1;
    this.current = standing;
  }

  reset(): void {
    this.current = WELL;
    this.busy = false;
  }

  async #pause(paused: boolean, command: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    const heard = this.#heard;
    const done = await notices.guard(command);
    this.busy = false;
    if (done !== undefined && heard === this.#heard) this.current = { ...this.current, paused };
  }
}

export const standing = new StandingState();
