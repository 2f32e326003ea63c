/** Tests of the list of watched folders and of the actions on each. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { FolderState } from '$lib/bindings';
import { noor } from '$lib/testing/accounts';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice } from '$lib/testing/fixtures';
import { away, file, folder, noPermission } from '$lib/testing/folders';
import { formatNotice } from '$lib/texts';

const ada = account('mira', { displayName: 'Ada', label: 'Studio', colour: 'teal' });
const card = (name = 'exports') => screen.getByRole('listitem', { name });
const inCard = (name?: string) => within(card(name));

const list = (parts: Parameters<typeof folder>[1] = {}, world: World = {}) =>
  open({ accounts: [ada], folders: [folder('exports', parts)], ...world }, { page: 'folders' });

describe('the empty folder list', () => {
  test('explains watched folders and adds the first one', async () => {
    const { backend, user } = await open({ accounts: [ada] });
    await user.click(screen.getByRole('link', { name: 'Folders' }));
    expect(await screen.findByRole('heading', { name: 'Export into a folder to post' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Add folder' }));
    expect(await screen.findByRole('heading', { name: 'Watch a folder' })).toBeInTheDocument();
    expect(backend.last('preview_folder')?.path).toBe('/home/mira/Exports');
  });

  test('stays open if the folder dialog is cancelled', async () => {
    const { user, backend } = await open({ accounts: [ada], pickedFolder: null }, { page: 'folders' });
    await user.click(screen.getByRole('button', { name: 'Add folder' }));
    await waitFor(() => expect(backend.count('pick_folder')).toBe(1));
    expect(screen.getByRole('heading', { name: 'Folders' })).toBeInTheDocument();
  });
});

describe('the card of a folder', () => {
  test('shows its path, its accounts and its action', async () => {
    await list({ settings: { action: 'direct', when: { kind: 'dailyAt', time: '18:00' } } });
    expect(inCard().getByText('/home/mira/Videos/exports')).toBeInTheDocument();
    expect(inCard().getByText('Posted directly, daily at 18:00')).toBeInTheDocument();
    const people = within(inCard().getByRole('list', { name: 'Accounts of exports' }));
    expect(people.getByRole('listitem').textContent).toContain('Studio · Ada');
  });

  test('shows a disconnected account', async () => {
    await list({ settings: { accounts: ['mira', 'gone'] } });
    expect(inCard().getByText('Account no longer connected')).toBeInTheDocument();
  });

  const states: [FolderState, string][] = [
    [{ kind: 'watching', byScanning: false }, 'Watching'],
    [{ kind: 'watching', byScanning: true }, 'Watching by scanning'],
    [{ kind: 'scanning' }, 'Scanning'],
    [{ kind: 'paused' }, 'Paused'],
    [{ kind: 'away', notice: away }, 'Not found'],
    [{ kind: 'blocked', notice: noPermission }, 'Needs you'],
  ];
  test.each(states)('shows the state %j as "%s"', async (state, words) => {
    await list({ state });
    expect(inCard().getByText(words)).toBeInTheDocument();
    if (!('notice' in state)) return;
    for (const part of Object.values(formatNotice(state.notice))) {
      expect(card().textContent).toContain(part);
    }
  });

  test('offers a reconnect for a blocked folder, which the sidebar counts', async () => {
    const { user, backend } = await list(
      { state: { kind: 'blocked', notice: noPermission }, settings: { accounts: ['noor'] } },
      { accounts: [noor] },
    );
    expect(screen.getByText('1 folder needs you')).toBeInTheDocument();
    await user.click(inCard().getByRole('button', { name: `Reconnect ${noor.displayName}` }));
    await waitFor(() =>
      expect(backend.last('begin_connect')).toEqual({
        purpose: { kind: 'reconnect', accountId: 'noor' },
      }),
    );
  });

  test('shows counts that link to the files', async () => {
    await list({ counts: { offered: 12, settling: 1, waiting: 2, approval: 3, taken: 48, skipped: 1 } });
    const counts = within(inCard().getByRole('list', { name: 'Videos in exports' }));
    expect(counts.getAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
      ['12 offered', '#/folders/exports/offered'],
      ['3 waiting', '#/folders/exports/waiting'],
      ['3 to approve', '#/queue'],
      ['48 taken', '#/folders/exports/taken'],
      ['1 skipped', '#/folders/exports/skipped'],
    ]);
  });

  test('pauses and resumes the folder', async () => {
    const { backend, user } = await list();
    await user.click(inCard().getByRole('button', { name: 'Pause' }));
    expect(backend.last('pause_folder')).toEqual({ id: 'exports' });
    await user.click(await inCard().findByRole('button', { name: 'Resume' }));
    expect(backend.last('resume_folder')).toEqual({ id: 'exports' });
    expect(await inCard().findByText('Watching')).toBeInTheDocument();
  });

  test('opens the folder in the file manager and in the form', async () => {
    const { backend, user } = await list();
    await user.click(inCard().getByRole('button', { name: 'Open folder' }));
    expect(backend.last('reveal_folder')).toEqual({ id: 'exports' });
    await user.click(inCard().getByRole('button', { name: 'Edit' }));
    expect(await screen.findByRole('heading', { name: 'Edit exports' })).toBeInTheDocument();
  });

  test('removes the folder after a confirmation that names the consequences', async () => {
    const { backend, user } = await list();
    await user.click(inCard().getByRole('button', { name: 'Remove' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Stop watching exports?' }));
    expect(dialog.getByText(/Its posts stay in the queue/)).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Keep it' }));
    expect(backend.count('remove_folder')).toBe(0);
    await waitFor(() => expect(inCard().getByRole('button', { name: 'Remove' })).toHaveFocus());

    await user.click(inCard().getByRole('button', { name: 'Remove' }));
    await user.click(await screen.findByRole('button', { name: 'Stop watching' }));
    expect(backend.last('remove_folder')).toEqual({ id: 'exports' });
    expect(await screen.findByRole('heading', { name: 'Export into a folder to post' })).toBeInTheDocument();
  });

  test('stays if the removal is refused', async () => {
    const { user } = await list({}, { failing: { remove_folder: notice('busy', 'Not now.') } });
    await user.click(inCard().getByRole('button', { name: 'Remove' }));
    await user.click(await screen.findByRole('button', { name: 'Stop watching' }));
    expect(await screen.findByText('Not now.')).toBeInTheDocument();
    expect(card()).toBeInTheDocument();
  });

  test('updates on events', async () => {
    const { backend } = await list();
    await backend.setFolder('exports', { state: { kind: 'away', notice: away } });
    expect(await inCard().findByText('Not found')).toBeInTheDocument();
    expect(inCard().getByText(formatNotice(away).happened)).toBeInTheDocument();
  });

  test('ignores an older list', async () => {
    const { backend, user } = await list();
    const release = backend.hold('folders');
    await backend.send({ kind: 'foldersChanged' });
    await user.click(inCard().getByRole('button', { name: 'Pause' }));
    await inCard().findByText('Paused');
    release();
    await user.click(screen.getByRole('link', { name: 'Queue' }));
    await screen.findByRole('heading', { name: 'Queue' });
    await user.click(screen.getByRole('link', { name: 'Folders' }));
    await screen.findByRole('heading', { name: 'Folders' });
    expect(inCard().getByText('Paused')).toBeInTheDocument();
  });
});

describe('a folder dropped on the window', () => {
  const refused = { '/home/mira/Reels': notice('file.folder', 'This is a folder, not a video.') };

  test('opens a dialog to watch it', async () => {
    const { backend, user } = await open({ accounts: [ada], refused });
    await backend.drop(['/home/mira/Reels']);
    const dialog = within(await screen.findByRole('dialog', { name: 'Watch Reels?' }));
    expect(screen.queryByText('This is a folder, not a video.')).not.toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Set it up' }));
    expect(await screen.findByRole('heading', { name: 'Watch a folder' })).toBeInTheDocument();
    expect(backend.last('preview_folder')?.path).toBe('/home/mira/Reels');
  });

  test('can be dropped together with videos', async () => {
    const { backend, user } = await open({ accounts: [ada], refused });
    await backend.drop(['/a/one.mp4', '/home/mira/Reels']);
    expect(await screen.findByRole('heading', { name: 'one.mp4' })).toBeInTheDocument();
    const dialog = within(await screen.findByRole('dialog', { name: 'Watch Reels?' }));
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByRole('heading', { name: 'one.mp4' })).toBeInTheDocument();
  });

  test('opens its page if it is already watched', async () => {
    const { backend } = await open({
      accounts: [ada],
      refused,
      folders: [folder('reels', { path: '/home/mira/Reels' })],
      folderFiles: { reels: [file('reels', 'a.mp4', { kind: 'offered' })] },
    });
    await backend.drop(['/home/mira/Reels']);
    expect(await screen.findByRole('heading', { name: 'Reels' })).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
