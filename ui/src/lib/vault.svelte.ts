/** The store of the protection of the stored secrets. */
import { commands, type KeyProtection, type VaultView } from './bindings';
import { notices } from './notices.svelte';
import { startup } from './startup.svelte';

class VaultState {
  current = $state.raw<VaultView | null>(null);

  async load(): Promise<void> {
    await notices.guard(async () => (this.current = await commands.vault()));
  }

  /** The words that the key can be made of again. They are the caller's alone; nothing here keeps them. Throws the notice. */
  async phrase(): Promise<string[]> {
    const words = (await commands.recoveryPhrase()).trim().split(/\s+/);
    // That they were shown is known by now.
    void this.load();
    return words;
  }

  /** Puts a new key in the old one's place; throws the notice. */
  async changeKey(
    protection: KeyProtection,
    passphrase: string | null,
    current: string | null,
  ): Promise<void> {
    await startup.changeKey(protection, passphrase, current);
    await this.load();
  }

  reset(): void {
    this.current = null;
  }
}

export const vault = new VaultState();
