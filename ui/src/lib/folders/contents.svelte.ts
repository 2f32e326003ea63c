/** The store of the files of the folder whose page is open. */
import { toast } from 'svelte-sonner';
import { commands, type FolderFile, type FolderShow } from '../bindings';
import { folders } from '../folders.svelte';
import { notices } from '../notices.svelte';
import { t } from '../texts';

/** The maximum number of files in one command: one page. */
const AT_ONCE = 100;

class FolderFiles {
  folderId = $state<string | null>(null);
  /** The filter by state; `null` shows all files. */
  show = $state<FolderShow | null>(null);
  files = $state.raw<FolderFile[]>([]);
  /** The cursor of the next page, if there is one. */
  next = $state<number | null>(null);
  /** True if the shown files match the current filter. */
  loaded = $state(false);
  loadingMore = $state(false);
  /** Files are being ingested or skipped. */
  working = $state(false);
  /** The number of the newest request; older answers are ignored. */
  #newest = 0;
  #reading = false;
  #stale = false;

  /** Shows the files of a folder, optionally filtered by state. */
  async open(folderId: string, show: FolderShow | null): Promise<void> {
    if (this.folderId !== folderId) this.reset();
    this.folderId = folderId;
    this.show = show;
    // Keeps the old list until the new one arrives, to avoid flicker.
    const page = await this.#load((id) => commands.folderFiles({ folderId: id, show, before: null }));
    if (page === undefined) return;
    this.files = once(page.files);
    this.next = page.next;
    this.loaded = true;
  }

  async more(): Promise<void> {
    const before = this.next;
    const { show } = this;
    if (before === null || this.loadingMore) return;
    this.loadingMore = true;
    const page = await this.#load((folderId) => commands.folderFiles({ folderId, show, before }));
    this.loadingMore = false;
    if (page === undefined) return;
    this.files = once([...this.files, ...page.files]);
    this.next = page.next;
  }

  /** Reloads the visible files after a change in the backend. */
  async changed(folderId: string): Promise<void> {
    if (folderId !== this.folderId) return;
    // Changes during a reload cause one more reload.
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#stale) {
      this.#stale = false;
      await this.#reload();
    }
    this.#reading = false;
  }

  /** Ingests files. With `again`, also those whose video was posted before. */
  async take(paths: string[], again: boolean): Promise<void> {
    await this.#work(async (folderId) => {
      let taken = 0;
      for (const part of parts(paths)) {
        const results = await commands.takeFiles(folderId, part, again);
        for (const { path, notice } of results) {
          if (notice) notices.show(notice, t('folders-files-not-taken', { path }));
        }
        taken += results.filter(({ notice }) => notice === null).length;
      }
      if (taken > 0) toast.success(t('folders-files-took-some', { count: taken }));
    });
  }

  /** Skips offered files. */
  async dismiss(paths: string[]): Promise<void> {
    await this.#work(async (folderId) => {
      for (const part of parts(paths)) await commands.dismissFiles(folderId, part);
      toast.success(t('folders-files-left-some', { count: paths.length }));
    });
  }

  /** Applies an action to all offered files, on all pages. */
  async withOffered(act: (paths: string[]) => Promise<void>): Promise<void> {
    const { folderId } = this;
    if (folderId === null) return;
    const paths = await notices.guard(async () => {
      const found: string[] = [];
      let before: number | null = null;
      do {
        const page = await commands.folderFiles({ folderId, show: 'offered', before });
        found.push(...page.files.map(({ path }) => path));
        before = page.next;
      } while (before !== null);
      return found;
    });
    if (paths !== undefined && paths.length > 0) await act(paths);
  }

  reset(): void {
    this.#newest += 1;
    this.folderId = null;
    this.show = null;
    this.files = [];
    this.next = null;
    this.loaded = false;
    this.loadingMore = false;
    this.working = false;
  }

  async #work(work: (folderId: string) => Promise<void>): Promise<void> {
    const { folderId } = this;
    if (folderId === null || this.working) return;
    this.working = true;
    await notices.guard(() => work(folderId));
    this.working = false;
    await Promise.all([this.changed(folderId), folders.load()]);
  }

  /** Loads as many files as are shown. */
  async #reload(): Promise<void> {
    const { show } = this;
    const loaded = await this.#load(async (folderId) => {
      const files: FolderFile[] = [];
      let next: number | null = null;
      do {
        const page = await commands.folderFiles({ folderId, show, before: next });
        files.push(...page.files);
        next = page.next;
      } while (next !== null && files.length < this.files.length);
      return { files, next };
    });
    if (loaded === undefined) return;
    this.files = once(loaded.files);
    this.next = loaded.next;
    this.loaded = true;
  }

  async #load<T>(query: (folderId: string) => Promise<T>): Promise<T | undefined> {
    const { folderId } = this;
    if (folderId === null) return undefined;
    const request = ++this.#newest;
    const answer = await notices.guard(() => query(folderId));
    return request === this.#newest ? answer : undefined;
  }
}

/** Removes duplicates: a file that changed between two pages may be on both. */
function once(files: FolderFile[]): FolderFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function parts(paths: string[]): string[][] {
  return Array.from({ length: Math.ceil(paths.length / AT_ONCE) }, (_, index) =>
    paths.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
}

export const folderFiles = new FolderFiles();
