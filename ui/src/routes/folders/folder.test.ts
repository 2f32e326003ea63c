/** Tests of the page of one folder: its files and their actions. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { FolderFile, FolderShow } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';
import { badJson, damaged, everyFile, file, folder, seenBefore } from '$lib/testing/folders';
import { formatNotice } from '$lib/texts';

const ada = account('mira', { displayName: 'Ada' });
const row = (name: string) => screen.findByRole('listitem', { name });
const inRow = async (name: string) => within(await row(name));
const buttons = async (name: string) =>
  (await inRow(name)).queryAllByRole('button').map((each) => each.textContent.trim());

const page = (files: FolderFile[], world: World = {}, show?: FolderShow) =>
  open(
    {
      accounts: [ada],
      folders: [folder('exports', { counts: { ignored: 3 } })],
      folderFiles: { exports: files },
      ...world,
    },
    { page: 'folders', id: 'exports', ...(show ? { show } : {}) },
  );

describe('a video of the folder', () => {
  test('can be taken or ignored if it was there before', async () => {
    const { backend, user } = await page([
      file('exports', 'a.mp4', { kind: 'offered' }),
      file('exports', 'b.mp4', { kind: 'offered' }),
    ]);
    expect(await buttons('a.mp4')).toEqual(['Take', 'Ignore']);
    await user.click((await inRow('a.mp4')).getByRole('button', { name: 'Take' }));
    expect(backend.last('take_files')).toEqual({ folderId: 'exports', paths: ['a.mp4'], again: false });
    expect(await (await inRow('a.mp4')).findByText('Taken')).toBeInTheDocument();
    expect(await row('a.mp4')).toHaveFocus();
    await user.click((await inRow('b.mp4')).getByRole('button', { name: 'Ignore' }));
    expect(backend.last('dismiss_files')).toEqual({ folderId: 'exports', paths: ['b.mp4'] });
    expect(await (await inRow('b.mp4')).findByText('You left this video alone.')).toBeInTheDocument();
  });

  test('has no actions while it is being written', async () => {
    await page([file('exports', 'a.mp4', { kind: 'settling' })]);
    expect(
      (await inRow('a.mp4')).getByText('Slipway takes it when it is complete and has settled.'),
    ).toBeInTheDocument();
    expect(await buttons('a.mp4')).toEqual([]);
  });

  test('can be taken without its text file', async () => {
    const { backend, user } = await page([
      file('exports', 'a.mp4', { kind: 'waitingForSideFile', name: 'a.txt' }),
    ]);
    expect((await inRow('a.mp4')).getByText('Waiting for a.txt.')).toBeInTheDocument();
    await user.click((await inRow('a.mp4')).getByRole('button', { name: 'Take now' }));
    expect(backend.last('take_files')).toEqual({ folderId: 'exports', paths: ['a.mp4'], again: false });
  });

  test('shows why it was skipped, with details on request', async () => {
    const { user } = await page([
      file('exports', 'a.mp4', { kind: 'skipped', notice: damaged, again: false }),
    ]);
    expect(await buttons('a.mp4')).toEqual(['Details']);
    expect((await inRow('a.mp4')).queryByText(formatNotice(damaged).you)).not.toBeInTheDocument();
    await user.click((await inRow('a.mp4')).getByRole('button', { name: 'Details' }));
    expect((await inRow('a.mp4')).getByText(formatNotice(damaged).you)).toBeInTheDocument();
  });

  test.each([
    [seenBefore, 'Post again anyway', true],
    [badJson, 'Take now', false],
  ])('skipped because of %j offers "%s"', async (why, name, again) => {
    const { backend, user } = await page([
      file('exports', 'a.mp4', { kind: 'skipped', notice: why, again: true }),
    ]);
    await user.click((await inRow('a.mp4')).getByRole('button', { name }));
    expect(backend.last('take_files')).toEqual({ folderId: 'exports', paths: ['a.mp4'], again });
  });

  test('stays in the list with a notice if it cannot be taken', async () => {
    const { user } = await page([file('exports', 'a.mp4', { kind: 'offered' })], {
      notTaken: { 'a.mp4': notice('gone', 'The file is not there any more.') },
    });
    await user.click((await inRow('a.mp4')).getByRole('button', { name: 'Take' }));
    const messages = within(screen.getByRole('log'));
    expect(await messages.findByText('The file is not there any more.')).toBeInTheDocument();
    expect(messages.getByText('Not taken: a.mp4')).toBeInTheDocument();
    expect(await buttons('a.mp4')).toEqual(['Take', 'Ignore']);
  });

  test('links to its posts once taken', async () => {
    await page(
      [file('exports', 'a.mp4', { kind: 'taken', posts: ['d', 'p', 'gone'], at: '2026-11-24T09:00:00Z' })],
      {
        posts: [
          post('d', { settings: { accountId: 'mira' } }),
          post('p', { accountName: 'Bo', state: { kind: 'published' } }),
        ],
      },
    );
    const links = (await inRow('a.mp4')).getAllByRole('link');
    expect(links.map((link) => [link.textContent.trim(), link.getAttribute('href')])).toEqual([
      ['Ada: Draft', '#/compose/d'],
      ['Bo: Published', '#/queue'],
    ]);
  });

  test.each(['<b>bold</b>.mp4', 'رحلة.mp4', `${'deep/'.repeat(60)}a.mp4`])(
    'shows the path %j as text',
    async (path) => {
      await page([file('exports', path, { kind: 'offered' })]);
      expect(await row(path)).toBeInTheDocument();
      expect(document.querySelector('b')).not.toBeInTheDocument();
    },
  );
});

describe('the filters', () => {
  const tab = (name: string) =>
    within(screen.getByRole('navigation', { name: 'Show' })).getByRole('link', {
      name: new RegExp(`^${name}`),
    });
  const names = () =>
    within(screen.getByRole('list', { name: /^(Videos|Offered|Waiting|Taken|Skipped)$/ }))
      .getAllByRole('listitem')
      .filter((item) => item.hasAttribute('aria-label')).length;

  test('show counts and select files', async () => {
    const { user } = await page(everyFile('exports'));
    await row('sea-trial.mp4');
    expect(
      within(screen.getByRole('navigation', { name: 'Show' }))
        .getAllByRole('link')
        .map((link) => link.textContent.replace(/\s+/g, ' ').trim()),
    ).toEqual(['All 10', 'Offered 3', 'Waiting 2', 'Taken 2', 'Skipped 3']);
    expect(names()).toBe(10);
    for (const [name, count] of [
      ['Waiting', 2],
      ['Skipped', 3],
      ['Offered', 3],
      ['All', 10],
    ] as const) {
      await user.click(tab(name));
      await waitFor(() => {
        expect(tab(name)).toHaveAttribute('aria-current', 'true');
        expect(names()).toBe(count);
      });
    }
  });

  test('show a message if no file matches', async () => {
    await page([file('exports', 'a.mp4', { kind: 'offered' })], {}, 'skipped');
    expect(await screen.findByText('No videos here')).toBeInTheDocument();
  });

  test('are replaced by a message in an empty folder', async () => {
    await page([]);
    expect(await screen.findByText(/not seen a video in this folder yet/)).toBeInTheDocument();
  });

  test('link the other files to the ignored names', async () => {
    await page([]);
    expect(await screen.findByText(/3 other files ignored/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Change the list' })).toHaveAttribute('href', '#/settings');
  });
});

describe('many videos', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      file('exports', `clip-${index + 1}.mp4`, { kind: 'offered' }),
    );

  test('are loaded page by page', async () => {
    const { user } = await page(many(102));
    await screen.findByText('clip-100.mp4');
    expect(screen.queryByText('clip-101.mp4')).not.toBeInTheDocument();
    await user.click(screen.getByText('Show more'));
    expect(await screen.findByText('clip-102.mp4')).toBeInTheDocument();
    expect(screen.queryByText('Show more')).not.toBeInTheDocument();
  });

  test('are all taken with one click, on later pages too', async () => {
    const { backend, user } = await page(many(102));
    await screen.findByText('clip-1.mp4');
    expect(screen.getByText(/102 videos were already there/)).toBeInTheDocument();
    await user.click(screen.getByText('Take all 102'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Take 102 videos?' }));
    expect(dialog.getByText(/Slipway sends nothing until you approve it/)).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Take all 102' }));
    expect(await screen.findByText('102 videos taken')).toBeInTheDocument();
    const taken = backend.calls
      .filter(({ command }) => command === 'take_files')
      .map(({ args }) => (args.paths as string[]).length);
    expect(taken).toEqual([100, 2]);
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  test('are all ignored with one click', async () => {
    const { backend, user } = await page(many(3));
    await screen.findByText('clip-1.mp4');
    await user.click(screen.getByRole('button', { name: 'Ignore all 3' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Ignore 3 videos?' }));
    await user.click(dialog.getByRole('button', { name: 'Ignore all 3' }));
    expect(await screen.findByText('3 videos ignored')).toBeInTheDocument();
    expect(backend.count('take_files')).toBe(0);
    await waitFor(() => expect(screen.queryByText(/were already there/)).not.toBeInTheDocument());
  });
});

describe('changes in the folder', () => {
  test('appear at once without recreating other rows', async () => {
    const { backend } = await page([file('exports', 'a.mp4', { kind: 'offered' })]);
    const before = await row('a.mp4');
    await backend.setFile('exports', 'new.mp4', { kind: 'settling' });
    expect(await (await inRow('new.mp4')).findByText('Being written')).toBeInTheDocument();
    await backend.setFile('exports', 'new.mp4', {
      kind: 'taken',
      posts: [],
      at: '2026-11-24T09:00:00Z',
    });
    expect(await (await inRow('new.mp4')).findByText('Taken')).toBeInTheDocument();
    expect(await row('a.mp4')).toBe(before);
  });

  test('of another folder cause no reload', async () => {
    const { backend } = await page([file('exports', 'a.mp4', { kind: 'offered' })]);
    await row('a.mp4');
    const calls = backend.count('folder_files');
    await backend.send({ kind: 'folderFilesChanged', folderId: 'other' });
    expect(backend.count('folder_files')).toBe(calls);
  });

  test('during a reload cause one more reload', async () => {
    const { backend } = await page([file('exports', 'a.mp4', { kind: 'offered' })]);
    await row('a.mp4');
    const calls = backend.count('folder_files');
    const release = backend.hold('folder_files');
    await backend.send({ kind: 'folderFilesChanged', folderId: 'exports' });
    for (let round = 0; round < 5; round += 1) {
      await backend.send({ kind: 'folderFilesChanged', folderId: 'exports' });
    }
    backend.folders.put('exports', 'last.mp4', { kind: 'settling' });
    release();
    expect(await row('last.mp4')).toBeInTheDocument();
    expect(backend.count('folder_files')).toBe(calls + 2);
  });
});

test('the page links to drafts that wait for approval', async () => {
  await page([], { folders: [folder('exports', { counts: { approval: 2 } })] });
  expect(await screen.findByText('2 drafts wait for your approval.')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Go to the queue' })).toHaveAttribute('href', '#/queue');
});

test('an unknown folder links to the folder list', async () => {
  await open({ accounts: [ada] }, { page: 'folders', id: 'nowhere' });
  expect(screen.getByText('This folder is no longer watched.')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'All folders' })).toHaveAttribute('href', '#/folders');
});

test('removing the folder returns to the folder list', async () => {
  const { user } = await page([]);
  await user.click(screen.getByRole('button', { name: 'Remove' }));
  await user.click(await screen.findByRole('button', { name: 'Stop watching' }));
  expect(await screen.findByText('exports is no longer watched')).toBeInTheDocument();
  expect(screen.getByRole('heading', { name: 'Folders' })).toBeInTheDocument();
});
