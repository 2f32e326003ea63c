/** Web pages that open in the creator's browser. */
import { openUrl } from '@tauri-apps/plugin-opener';
import { notices } from './notices.svelte';

/** Opens a page in the browser. */
export async function openInBrowser(url: string): Promise<void> {
  await notices.guard(() => openUrl(url));
}
