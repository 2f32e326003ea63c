/** Tests of running in the background: closing the window, the start at login, and the summary of an absence. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { AwayItem, Workload } from '$lib/bindings';
import { open } from '$lib/testing/app';
import { NO_WORK } from '$lib/testing/fakeBackground';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const busy: Workload = {
  ...NO_WORK,
  scheduled: 2,
  folders: 1,
  next: { fileName: 'kiln.mp4', at: '2099-12-01T10:00:00Z' },
};
const dialog = () => within(screen.getByRole('dialog'));

describe('closing the window', () => {
  test('says what is planned and where Slipway is, and keeps it running', async () => {
    const { backend, user } = await open({ accounts: [ada] });
    await backend.background.request({ kind: 'explainClose', workload: busy, tray: true });
    const title = 'Slipway keeps running in the tray';
    expect(await screen.findByRole('dialog', { name: title })).toBeInTheDocument();
    expect(dialog().getByText('2 posts are scheduled. 1 folder is watched.')).toBeInTheDocument();
    expect(dialog().getByText(/Keep this computer on and awake until then/)).toBeInTheDocument();
    await user.click(dialog().getByRole('button', { name: 'Keep running' }));
    await waitFor(() => expect(backend.last('answer_close')).toEqual({ answer: 'keepRunning' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  test('can quit anyway', async () => {
    const { backend, user } = await open({ accounts: [ada] });
    await backend.background.request({ kind: 'explainClose', workload: busy, tray: true });
    await screen.findByRole('dialog');
    await user.click(dialog().getByRole('button', { name: 'Quit anyway' }));
    await waitFor(() => expect(backend.last('answer_close')).toEqual({ answer: 'quit' }));
  });

  test('without a tray says that the window is minimised', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.background.request({ kind: 'explainClose', workload: busy, tray: false });
    expect(await screen.findByRole('dialog', { name: 'Slipway keeps running' })).toBeInTheDocument();
    expect(dialog().getByText(/no tray/)).toBeInTheDocument();
  });

  test('a second time answers the question', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.background.request({ kind: 'explainClose', workload: busy, tray: true });
    await screen.findByRole('dialog');
    await backend.background.request({ kind: 'answered' });
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(backend.count('answer_close')).toBe(0);
  });
});

test('quitting asks while posts would wait, and Escape leaves everything as it is', async () => {
  const { backend, user } = await open({ accounts: [ada] });
  await backend.background.request({ kind: 'confirmQuit', workload: { ...busy, underWay: 1 } });
  expect(await screen.findByRole('dialog', { name: 'Quit Slipway?' })).toBeInTheDocument();
  expect(dialog().getByText('2 posts are scheduled. 1 post is being sent.')).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(backend.last('answer_close')).toEqual({ answer: 'cancel' }));
});

test('the tray can ask for videos', async () => {
  const { backend } = await open({ accounts: [ada] });
  await backend.background.request({ kind: 'addVideos' });
  await waitFor(() => expect(backend.count('pick_files')).toBe(1));
});

describe('a start at login', () => {
  const scheduled = post('kiln', {
    fileName: 'kiln.mp4',
    accountName: 'Ada',
    state: { kind: 'scheduled' },
    settings: { accountId: 'ada' },
    schedule: {
      moment: { dateTime: '2099-12-01T11:00:00', zone: 'Europe/Vienna' },
      at: '2099-12-01T10:00:00Z',
      change: 'none',
    },
  });
  const world = { accounts: [ada], posts: [scheduled], background: { startAtLogin: false } };

  async function reschedule(user: Awaited<ReturnType<typeof open>>['user']) {
    await user.click(screen.getByRole('button', { name: 'Change time' }));
    await user.click(await screen.findByRole('button', { name: 'Schedule' }));
  }
  const offer = () => screen.findByRole('region', { name: 'Start at login' });

  test('is offered with the first scheduled post', async () => {
    const { backend, user } = await open(world);
    await reschedule(user);
    await user.click(within(await offer()).getByRole('button', { name: 'Start at login' }));
    await waitFor(() => expect(backend.last('start_at_login')).toEqual({ enabled: true }));
    await waitFor(() =>
      expect(screen.queryByRole('region', { name: 'Start at login' })).not.toBeInTheDocument(),
    );
  });

  test('that is declined is not offered again', async () => {
    const { backend, user } = await open(world);
    await reschedule(user);
    await user.click(within(await offer()).getByRole('button', { name: 'Not now' }));
    await reschedule(user);
    await waitFor(() => expect(backend.count('offer_login')).toBe(2));
    expect(screen.queryByRole('region', { name: 'Start at login' })).not.toBeInTheDocument();
    expect(backend.count('start_at_login')).toBe(0);
  });
});

describe('an absence', () => {
  const due = '2026-11-24T09:00:00Z';
  const missed = post('missed', {
    fileName: 'missed.mp4',
    accountName: 'Ada',
    state: { kind: 'paused', notice: notice('post.missed', 'This post was due and could not go out.') },
    settings: { accountId: 'ada' },
  });
  const late = post('late', {
    fileName: 'late.mp4',
    accountName: 'Ada',
    state: { kind: 'published' },
    link: 'https://www.tiktok.com/@ada/video/1',
  });
  const items: AwayItem[] = [
    { kind: 'missed', postId: 'missed', fileName: 'missed.mp4', due },
    { kind: 'sentLate', postId: 'late', fileName: 'late.mp4', due, lateSeconds: 720 },
    { kind: 'folderVideos', folderId: 'exports', name: 'Exports', count: 3 },
    { kind: 'ended', postId: 'gone', fileName: 'gone.mp4' },
  ];
  const world = { accounts: [ada], posts: [missed, late], away: items };
  const summary = () => screen.findByRole('region', { name: 'While you were away' });
  const row = async (name: string) => within(within(await summary()).getByRole('listitem', { name }));

  test('is summed up, with an action for each part', async () => {
    const { backend, user } = await open(world);
    expect(within(await summary()).getAllByRole('listitem')).toHaveLength(3);
    expect((await row('late.mp4')).getByText(/Sent 12 min late/)).toBeInTheDocument();
    expect((await row('Exports')).getByText('3 new videos')).toBeInTheDocument();
    await user.click((await row('late.mp4')).getByRole('button', { name: 'View on TikTok' }));
    await waitFor(() => expect(backend.last('open_post')).toEqual({ id: 'late' }));
    await user.click((await row('missed.mp4')).getByRole('button', { name: 'Post now' }));
    await waitFor(() => expect(backend.last('resume_post')).toEqual({ id: 'missed' }));
    // A decided post leaves the summary.
    const shown = within(await summary());
    await waitFor(() =>
      expect(shown.queryByRole('listitem', { name: 'missed.mp4' })).not.toBeInTheDocument(),
    );
  });

  test('gives a missed post another time', async () => {
    const { backend, user } = await open(world);
    await user.click((await row('missed.mp4')).getByRole('button', { name: 'Choose a new time' }));
    await user.click(await screen.findByRole('button', { name: 'Schedule' }));
    await waitFor(() => expect(backend.last('schedule_post')).toMatchObject({ id: 'missed' }));
  });

  test('is dismissed once it is read', async () => {
    const { backend, user } = await open(world);
    await user.click(within(await summary()).getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(backend.count('dismiss_away')).toBe(1));
    await waitFor(() =>
      expect(screen.queryByRole('region', { name: 'While you were away' })).not.toBeInTheDocument(),
    );
  });
});
