/** The addresses of web pages, and the function that opens them in the creator's browser. */
import { openUrl } from '@tauri-apps/plugin-opener';
import { notices } from './notices.svelte';

/** TikTok's developer portal, where creators manage their apps. */
export const DEVELOPER_PORTAL = 'https://developers.tiktok.com/apps/';
/** The terms that creators accept with every direct post. */
export const MUSIC_USAGE = 'https://www.tiktok.com/legal/page/global/music-usage-confirmation/en';
/** The terms that creators also accept with branded content. */
export const BRANDED_POLICY = 'https://www.tiktok.com/legal/page/global/bc-policy/en';

/** Opens a page in the browser. */
export async function openInBrowser(url: string): Promise<void> {
  await notices.guard(() => openUrl(url));
}
