/** The store of the startup: first run, ready, or a problem that the creator must solve. */
import { accounts } from './accounts.svelte';
import { away } from './away.svelte';
import { commands, type KeyProtection, type Mode, type Notice, type Startup } from './bindings';
import { connect } from './connect.svelte';
import { listen } from './engine';
import { folders } from './folders.svelte';
import { notices, toNotice } from './notices.svelte';
import { posts } from './posts.svelte';
import { settings } from './settings.svelte';
import { setup } from './setup.svelte';
import { status } from './status.svelte';

/** The backend's answer, or the notice of its failure. */
type Shown = Startup | { kind: 'broken'; notice: Notice };

class StartupState {
  /** `null` until the backend has answered. */
  current = $state.raw<Shown | null>(null);
  busy = $state(false);
  /** The notice of the last failed step. The page does not change. */
  failure = $state.raw<Notice | null>(null);

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

  /** Restores the key from its recovery phrase, protected by a passphrase or the keyring. */
  restoreKey(phrase: string, passphrase: string | null): Promise<void> {
    return this.#enter(() => commands.restoreKey(phrase, passphrase));
  }

  /** Creates a new key and forgets the tokens that the lost key protected. */
  forgetTokens(passphrase: string | null): Promise<void> {
    return this.#enter(() => commands.forgetTokens(passphrase));
  }

  /** Re-encrypts everything with a new key and reopens the data. Throws the notice of a failure. */
  async changeKey(
    protection: KeyProtection,
    passphrase: string | null,
    current: string | null,
  ): Promise<void> {
    await this.#take(await commands.changeKey(protection, passphrase, current));
  }

  async #take(startup: Startup): Promise<void> {
    if (startup.kind === 'ready') {
      connect.reset();
      // Listens first, so that a change between reading and listening is not lost.
      await listen();
      await Promise.all([
        setup.load(),
        settings.load(),
        status.load(),
        accounts.load(),
        posts.load(),
        away.load(),
        folders.load(),
      ]);
    }
    this.current = startup;
  }

  async #enter(step: () => Promise<Startup>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await this.#take(await step());
    } catch (error) {
      const notice = toNotice(error);
      if (this.current === null) this.current = { kind: 'broken', notice };
      else if (this.current.kind === 'ready') notices.show(notice);
      else this.failure = notice;
    } finally {
      this.busy = false;
    }
  }
}

export const startup = new StartupState();
