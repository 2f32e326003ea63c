/** How the app starts: first run, ready, or a problem that must be solved first. */
import { accounts } from './accounts.svelte';
import { commands, type Mode, type Startup } from './bindings';
import { connect } from './connect.svelte';
import { listen } from './engine';
import { toNotice } from './notices.svelte';
import { posts } from './posts.svelte';
import { setup } from './setup.svelte';

class StartupState {
  /** `null` until the backend has answered for the first time. */
  current = $state.raw<Startup | null>(null);
  busy = $state(false);

  get mode(): Mode | null {
    return this.current?.kind === 'ready' ? this.current.mode : null;
  }

  load(): Promise<void> {
    return this.#enter(commands.startup);
  }

  choose(mode: Mode): Promise<void> {
    return this.#enter(() => commands.chooseMode(mode));
  }

  unlock(passphrase: string): Promise<void> {
    return this.#enter(() => commands.unlock(passphrase));
  }

  retry(): Promise<void> {
    return this.#enter(commands.retryStartup);
  }

  async #enter(step: () => Promise<Startup>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const startup = await step();
      if (startup.kind === 'ready') {
        connect.reset();
        // Listening comes first: a change between reading and listening would be lost.
        await listen();
        await Promise.all([setup.load(), accounts.load(), posts.load()]);
      }
      this.current = startup;
    } catch (error) {
      this.current = { kind: 'problem', problem: 'storage', notice: toNotice(error) };
    } finally {
      this.busy = false;
    }
  }
}

export const startup = new StartupState();
