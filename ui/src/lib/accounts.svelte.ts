/** The connected accounts. */
import { commands, type Account } from './bindings';
import { notices } from './notices.svelte';

class Accounts {
  list = $state.raw<Account[]>([]);

  get(id: string | null): Account | null {
    return this.list.find((account) => account.id === id) ?? null;
  }

  async load(): Promise<void> {
    await notices.guard(async () => (this.list = await commands.accounts()));
  }

  /** Ends an account's access; answers whether it worked. */
  async disconnect(id: string): Promise<boolean> {
    const done = await notices.guard(() => commands.disconnect(id));
    if (done === undefined) return false;
    await this.load();
    return true;
  }
}

export const accounts = new Accounts();
