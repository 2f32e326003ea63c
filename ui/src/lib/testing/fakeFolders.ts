/** The fake backend's watched folders. */
import type {
  CaptionRule,
  Folder,
  FolderFile,
  FolderFilter,
  FolderPage,
  FolderPreview,
  FolderSettings,
  FolderShow,
  Notice,
  IngestedFile,
} from '../bindings';
import { FIXTURE_TIME, notice } from './fixtures';
import { fakeNotice } from './notices';

const PAGE = 100;

/** The initial folders of the fake. */
export type FoldersWorld = {
  folders?: Folder[];
  /** Files in each folder, newest first. */
  folderFiles?: Record<string, FolderFile[]>;
  /** The contents of a folder before it is watched. */
  folderPreview?: Partial<FolderPreview>;
  /** The result of the folder dialog. */
  pickedFolder?: string | null;
  /** Notices of files that cannot be ingested, by path. */
  notTaken?: Record<string, Notice>;
};

const SHOWS: Record<FolderFile['state']['kind'], FolderShow> = {
  offered: 'offered',
  settling: 'waiting',
  waitingForSideFile: 'waiting',
  taken: 'taken',
  skipped: 'skipped',
};

const LEFT_ALONE: Notice = fakeNotice({
  code: 'folder.file.dismissed',
  happened: 'You left this video alone.',
  slipway: 'Slipway does not take it automatically.',
  you: 'Take it whenever you like.',
});

export class FakeFolders {
  list: Folder[];
  files: Record<string, FolderFile[]>;
  readonly picked: string | null;
  #world: FoldersWorld;
  #added = 0;

  constructor(world: FoldersWorld) {
    this.#world = world;
    this.list = [...(world.folders ?? [])];
    this.files = Object.fromEntries(
      Object.entries(world.folderFiles ?? {}).map(([id, files]) => [id, [...files]]),
    );
    this.picked = world.pickedFolder === undefined ? '/home/mira/Exports' : world.pickedFolder;
    for (const { id } of this.list) this.#count(id);
  }

  preview({ subfolders }: FolderSettings): FolderPreview {
    const found = { videos: 0, otherFiles: 0, subfolders: [], network: false, ...this.#world.folderPreview };
    return subfolders === 'perAccount' ? found : { ...found, subfolders: [] };
  }

  /** Direct posts need the creator's consent, as in the engine. */
  add(path: string, settings: FolderSettings, consent: boolean): Folder {
    if (settings.action === 'direct' && !consent) throw notice('folder.consent', 'Consent is missing.');
    const folder: Folder = {
      id: `folder-${++this.#added}`,
      path,
      settings,
      state: { kind: 'watching', byScanning: false },
      counts: {
        offered: 0,
        settling: 0,
        waiting: 0,
        approval: 0,
        taken: 0,
        skipped: 0,
        ignored: 0,
      },
      consentedAt: consent ? FIXTURE_TIME : null,
      addedAt: FIXTURE_TIME,
    };
    this.list.push(folder);
    return folder;
  }

  update(id: string, settings: FolderSettings, consent: boolean): Folder {
    return this.change(id, { settings, ...(consent ? { consentedAt: FIXTURE_TIME } : {}) });
  }

  change(id: string, some: Partial<Folder>): Folder {
    const before = this.#get(id);
    const after = { ...before, ...some };
    this.list = this.list.map((each) => (each.id === id ? after : each));
    return after;
  }

  remove(id: string): void {
    this.list = this.list.filter((each) => each.id !== id);
  }

  page({ folderId, show, before }: FolderFilter): FolderPage {
    const found = (this.files[folderId] ?? []).filter(
      ({ state }) => show === null || SHOWS[state.kind] === show,
    );
    const start = before ?? 0;
    const files = found.slice(start, start + PAGE);
    return { files, next: start + PAGE < found.length ? start + PAGE : null };
  }

  take(folderId: string, paths: string[], again: boolean): IngestedFile[] {
    return paths.map((path) => {
      const refusal = this.#world.notTaken?.[path];
      if (refusal && !again) return { path, postIds: [], notice: refusal };
      this.put(folderId, path, { kind: 'taken', posts: [], at: new Date().toISOString() });
      return { path, postIds: [`post of ${path}`], notice: null };
    });
  }

  dismiss(folderId: string, paths: string[]): void {
    for (const path of paths) this.put(folderId, path, { kind: 'skipped', notice: LEFT_ALONE, again: true });
  }

  /** Sets the state of a file. A file that is new becomes the newest. */
  put(folderId: string, path: string, state: FolderFile['state']): void {
    const files = this.files[folderId] ?? [];
    const known = files.some((each) => each.path === path);
    const fresh = { folderId, path, sizeBytes: 84_200_000, seenAt: new Date().toISOString(), state };
    this.files[folderId] = known
      ? files.map((each) => (each.path === path ? { ...each, state } : each))
      : [fresh, ...files];
    this.#count(folderId);
  }

  /** Returns the caption of a rule, as far as tests and gallery need it. */
  caption(rule: CaptionRule, hashtags: string[], path: string): string {
    const parts = path.split('/');
    const name = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '').replaceAll('_', ' ');
    const values: Record<string, string> = {
      name,
      folder: parts.at(-2) ?? '',
      date: '2026-11-24',
      n: '1',
    };
    const text = rule.kind === 'template' ? rule.template : name;
    const filled = text.replace(/\{(\w*)\}/g, (_, key: string) => {
      const value = values[key];
      if (value === undefined) {
        throw notice('folder.template', `{${key}} is no placeholder.`, 'Use one of those below.');
      }
      return value;
    });
    return [filled, hashtags.map((tag) => `#${tag}`).join(' ')].filter(Boolean).join(' ');
  }

  #get(id: string): Folder {
    const folder = this.list.find((each) => each.id === id);
    if (!folder) throw notice('folder.gone', 'This folder is no longer watched.');
    return folder;
  }

  /** Counts files by state. The numbers of approvals and ignored files stay. */
  #count(id: string): void {
    const files = this.files[id];
    if (!files || this.list.every((each) => each.id !== id)) return;
    const of = (kind: FolderFile['state']['kind']) => files.filter(({ state }) => state.kind === kind).length;
    const { approval, ignored } = this.#get(id).counts;
    this.change(id, {
      counts: {
        offered: of('offered'),
        settling: of('settling'),
        waiting: of('waitingForSideFile'),
        approval,
        taken: of('taken'),
        skipped: of('skipped'),
        ignored,
      },
    });
  }
}
