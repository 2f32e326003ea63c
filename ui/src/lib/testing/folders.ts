/** Sample folders and files for the gallery and the tests. */
import type { Folder, FolderFile, FolderFileState, FolderSettings, Notice, PostFolder } from '../bindings';
import { FIXTURE_TIME } from './fixtures';
import { fakeNotice } from './notices';

type FolderParts = Omit<Partial<Folder>, 'settings' | 'counts'> & {
  settings?: FolderSettings;
  counts?: Partial<Folder['counts']>;
};

export function folder(id: string, parts: FolderParts = {}): Folder {
  return {
    path: `/home/mira/Videos/${id}`,
    state: { kind: 'watching', byScanning: false },
    consentedAt: null,
    addedAt: '2026-11-02T10:00:00Z',
    ...parts,
    id,
    settings: {
      accounts: ['mira'],
      action: 'approve',
      when: { kind: 'atOnce' },
      caption: { kind: 'fileName' },
      hashtags: [],
      subfolders: 'ignore',
      after: 'leave',
      ...parts.settings,
    },
    counts: {
      offered: 0,
      settling: 0,
      waiting: 0,
      approval: 0,
      taken: 0,
      skipped: 0,
      ignored: 0,
      ...parts.counts,
    },
  };
}

export function file(
  folderId: string,
  path: string,
  state: FolderFileState,
  some: Partial<FolderFile> = {},
): FolderFile {
  return { folderId, path, sizeBytes: 84_200_000, seenAt: FIXTURE_TIME, ...some, state };
}

/** The folder of a draft that waits for approval. */
export function from(some: Partial<PostFolder> = {}): PostFolder {
  return { id: 'exports', name: 'exports', when: { kind: 'atOnce' }, approval: true, notice: null, ...some };
}

export const away: Notice = fakeNotice({
  code: 'folder.away',
  happened: 'The drive of this folder is not there.',
  slipway:
    'Slipway looks for it every few seconds and continues automatically. It remembers what it knows about the folder.',
  you: 'Connect the drive again.',
});
export const noPermission: Notice = fakeNotice({
  code: 'folder.blocked.permission',
  happened: 'Slipway may not read this folder.',
  slipway: 'Nothing is taken from it until it can be read.',
  you: 'Give yourself the right to read it, then resume it.',
});
export const notOffered: Notice = fakeNotice({
  code: 'folder.blocked.privacy',
  happened: 'TikTok no longer offers “Everyone” to this account.',
  slipway:
    'Nothing is posted from this folder, so that no video goes to another audience than you agreed to.',
  you: 'Choose who can see the videos and agree once more.',
});
export const seenBefore: Notice = fakeNotice({
  code: 'folder.file.known',
  happened: 'Mira Halvorsen posted this video on 12 November 2026, 18:30.',
  slipway: 'Slipway takes no video twice, whatever its name.',
  you: 'Post it again by hand if you want it twice.',
});
export const damaged: Notice = fakeNotice({
  code: 'folder.file.damaged',
  happened: 'This file is damaged: its index names frames that are not there.',
  slipway: 'Slipway left it alone and looks at it again when it changes.',
  you: 'Export the video again.',
});
export const badJson: Notice = fakeNotice({
  code: 'folder.side.json',
  happened: 'launch-day.json cannot be read: “privcy” in line 3, column 5 is no field of a post.',
  slipway: 'Slipway left the video alone and looks at the file again when it changes.',
  you: 'Put the file right, or take the video now without it.',
});

/** A video in each state. */
export function everyFile(folderId: string): FolderFile[] {
  const at = (minutes: number) => ({
    seenAt: new Date(Date.now() - minutes * 60_000).toISOString(),
  });
  const taken = (posts: string[], minutes: number): FolderFileState => ({
    kind: 'taken',
    posts,
    at: at(minutes).seenAt,
  });
  return [
    file(folderId, 'planking-timelapse-4k.mp4', { kind: 'settling' }, { sizeBytes: 612_000_000, ...at(1) }),
    file(folderId, 'sea-trial.mp4', { kind: 'waitingForSideFile', name: 'sea-trial.txt' }, at(4)),
    file(folderId, 'mira/harbour-morning-final-v3.mp4', taken(['harbour', 'published'], 11), at(12)),
    file(folderId, 'keel-laying.mp4', taken([], 1500), at(1501)),
    file(folderId, 'keel-laying (copy).mp4', { kind: 'skipped', notice: seenBefore, again: true }, at(1505)),
    file(folderId, 'launch-day.mp4', { kind: 'skipped', notice: badJson, again: true }, at(1510)),
    file(
      folderId,
      `2026/november/${'a very long name that goes on and on '.repeat(6)}🚤.mov`,
      { kind: 'skipped', notice: damaged, again: false },
      at(1600),
    ),
    file(folderId, 'رحلة إلى الميناء القديم عند الفجر.mp4', { kind: 'offered' }, at(40_000)),
    file(folderId, 'workshop-tour.mp4', { kind: 'offered' }, { sizeBytes: 12_300_000, ...at(41_000) }),
    file(folderId, 'caulking.webm', { kind: 'offered' }, at(42_000)),
  ];
}
