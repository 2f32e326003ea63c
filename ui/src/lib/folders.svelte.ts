/** The store of watched folders and of the folder that the creator is about to add. */
import { toast } from 'svelte-sonner';
import { background } from './background.svelte';
import { commands, type Folder, type FolderSettings } from './bindings';
import { folderName } from './folders/rules';
import { notices } from './notices.svelte';
import { router } from './router.svelte';
import { t } from './texts';

class Folders {
  list = $state.raw<Folder[]>([]);
  loaded = $state(false);
  picking = $state(false);
  /** The folder that is being set up. */
  chosen = $state<string | null>(null);
  /** Folders that were dropped on the window; the app asks about each of them. */
  dropped = $state.raw<string[]>([]);
  /** The number of the newest request; older answers are ignored. */
  #newest = 0;

  /** The number of folders that need the creator. */
  readonly blocked = $derived(this.list.filter(({ state }) => state.kind === 'blocked').length);

  get(id: string): Folder | null {
    return this.list.find((folder) => folder.id === id) ?? null;
  }

  async load(): Promise<void> {
    const request = ++this.#newest;
    const list = await notices.guard(commands.folders);
    if (list === undefined || request !== this.#newest) return;
    this.list = list;
    this.loaded = true;
  }

  /** Opens the system's folder dialog, then the form for the chosen folder. */
  async pick(): Promise<void> {
    if (this.picking) return;
    this.picking = true;
    const path = await notices.guard(commands.pickFolder);
    this.picking = false;
    if (path) this.setUp(path);
  }

  /** Opens the form for a new folder. */
  setUp(path: string): void {
    this.chosen = path;
    router.go({ page: 'add-folder' });
  }

  /** Starts watching a folder. Throws the notice of a failure. */
  async add(path: string, settings: FolderSettings, consent: boolean): Promise<Folder> {
    const folder = this.#keep(await commands.addFolder(path, settings, consent));
    void background.offer('folder');
    return folder;
  }

  /** Changes the settings of a folder. Throws the notice of a failure. */
  async update(id: string, settings: FolderSettings, consent: boolean): Promise<Folder> {
    return this.#keep(await commands.updateFolder(id, settings, consent));
  }

  async pause(id: string): Promise<void> {
    await notices.guard(async () => this.#keep(await commands.pauseFolder(id)));
  }

  async resume(id: string): Promise<void> {
    await notices.guard(async () => this.#keep(await commands.resumeFolder(id)));
  }

  /** Stops watching a folder. Returns `true` on success. */
  async remove(id: string): Promise<boolean> {
    const done = await notices.guard(() => commands.removeFolder(id));
    if (done === undefined) return false;
    this.#newest += 1;
    this.list = this.list.filter((folder) => folder.id !== id);
    return true;
  }

  async reveal(id: string): Promise<void> {
    await notices.guard(() => commands.revealFolder(id));
  }

  /** Handles folders that were dropped on the window: opens a watched folder, and asks about the others. */
  drop(paths: string[]): void {
    const watched = this.list.find(({ path }) => paths.includes(path));
    this.dropped = paths.filter((path) => this.list.every((folder) => folder.path !== path));
    if (!watched) return;
    toast(t('folders-drop-already', { name: folderName(watched.path) }));
    router.go({ page: 'folders', id: watched.id });
  }

  reset(): void {
    this.#newest += 1;
    this.list = [];
    this.loaded = false;
    this.picking = false;
    this.chosen = null;
    this.dropped = [];
  }

  /** Stores a command's answer. Lists requested before it are ignored. */
  #keep(folder: Folder): Folder {
    this.#newest += 1;
    this.list =
      this.get(folder.id) === null
        ? [...this.list, folder]
        : this.list.map((each) => (each.id === folder.id ? folder : each));
    return folder;
  }
}

export const folders = new Folders();
