/** The store of the protection of the stored secrets. */
import { commands, type KeyProtection, type VaultView } from './bindings';
import { notices } from './notices.svelte';
import { startup } from './startup.svelte';

class VaultState {
  current = $state.raw<VaultView | null>(null);

  async load(): Promise<void> {
    await notices.guard(async () => (this.current = await commands.vault()));
  }

  /** Returns the recovery phrase, which is not stored here. Throws the notice of a failure. */
  async phrase(): Promise<string[]> {
    const words = (await commands.recoveryPhrase()).trim().split(/\s+/);
    // Reloads the time at which the phrase was shown.
    void this.load();
    return words;
  }

  /** Replaces the key by a new one. Throws the notice of a failure. */
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
