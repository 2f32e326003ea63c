/** The store of connected accounts and of revocations that TikTok has not received yet. */
import { commands, type Account, type AccountColour, type PendingRevocation } from './bindings';
import { notices } from './notices.svelte';

class Accounts {
  list = $state.raw<Account[]>([]);
  revocations = $state.raw<PendingRevocation[]>([]);

  get(id: string | null): Account | null {
    return this.list.find((account) => account.id === id) ?? null;
  }

  async load(): Promise<void> {
    await notices.guard(async () => {
      [this.list, this.revocations] = await Promise.all([commands.accounts(), commands.revocations()]);
    });
  }

  /** Sets the label and the colour of an account. Throws the notice of a failure. */
  async update(id: string, label: string | null, colour: AccountColour | null): Promise<void> {
    const updated = await commands.updateAccount(id, label, colour);
    this.list = this.list.map((account) => (account.id === id ? updated : account));
  }

  /** Disconnects an account. Returns `true` on success. */
  async disconnect(id: string): Promise<boolean> {
    const done = await notices.guard(() => commands.disconnect(id));
    if (done === undefined) return false;
    await this.load();
    return true;
  }

  reset(): void {
    this.list = [];
    this.revocations = [];
  }
}

export const accounts = new Accounts();
