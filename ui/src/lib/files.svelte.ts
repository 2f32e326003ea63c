/** Adds videos from the file dialog, from a drop on the window, and from other instances. */
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { toast } from 'svelte-sonner';
import { commands, type AddedFile } from './bindings';
import { folders } from './folders.svelte';
import { notices } from './notices.svelte';
import { posts } from './posts.svelte';
import { router } from './router.svelte';
import { t } from './texts';

/** The code of a path that is a folder. */
const FOLDER = 'file.folder';

class Files {
  /** Files are dragged over the window. */
  hovering = $state(false);
  picking = $state(false);

  /** Opens the system's file dialog and adds the chosen files. */
  async pick(): Promise<void> {
    if (this.picking) return;
    this.picking = true;
    const files = await notices.guard(commands.pickFiles);
    this.picking = false;
    if (files) await arrived(files);
  }

  async add(paths: string[]): Promise<void> {
    if (paths.length === 0) return;
    const files = await notices.guard(() => commands.addFiles(paths));
    if (files === undefined) return;
    // The backend gives one answer for each path, in the same order.
    const isFolder = (file: AddedFile) => file.notice?.code === FOLDER;
    folders.drop(paths.filter((_, index) => files[index] !== undefined && isFolder(files[index])));
    await arrived(files.filter((file) => !isFolder(file)));
  }

  /** Makes the whole window a drop target. Returns a function that ends it. */
  watchDrops(): Promise<() => void> {
    return getCurrentWebview().onDragDropEvent(({ payload }) => {
      // "over" follows every "enter" and carries no paths; dragged text has no paths at all.
      if (payload.type === 'enter') this.hovering = payload.paths.length > 0;
      if (payload.type === 'leave' || payload.type === 'drop') this.hovering = false;
      if (payload.type === 'drop') void this.add(payload.paths);
    });
  }
}

export const files = new Files();

/** Reports the files that were added or refused, and opens the composer for the first new draft. */
export async function arrived(added: AddedFile[]): Promise<void> {
  notices.rejected(added);
  const ids = added.flatMap((file) => file.postId ?? []);
  const first = ids[0];
  if (first === undefined) return;
  if (ids.some((id) => posts.get(id) === null)) await posts.load();
  toast.success(t('queue-added', { count: ids.length }));
  // A creator who is already in the composer stays on that draft.
  if (router.current.page !== 'compose') router.go({ page: 'compose', id: first });
}
