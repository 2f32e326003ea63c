/** The store of the TikTok app: its client key, and the presence of a secret. */
import { commands, type Setup } from './bindings';
import { notices } from './notices.svelte';

class SetupState {
  current = $state.raw<Setup | null>(null);

  /** Both key and secret are set. */
  get complete(): boolean {
    const setup = this.current;
    return setup !== null && setup.clientKey !== null && setup.hasSecret;
  }

  async load(): Promise<void> {
    await notices.guard(async () => (this.current = await commands.setup()));
  }

  /** Stores key and secret. Throws the notice of a failure, which the form shows. */
  async save(clientKey: string, clientSecret: string): Promise<void> {
    this.current = await commands.saveTiktokApp(clientKey, clientSecret);
  }

  /** Deletes key and secret. Returns `true` on success. */
  async forget(): Promise<boolean> {
    const after = await notices.guard(commands.forgetTiktokApp);
    if (after) this.current = after;
    return after !== undefined;
  }
}

export const setup = new SetupState();
