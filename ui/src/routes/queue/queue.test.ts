/** Tests of the queue: the text and the actions of each state, and adding videos. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PostState } from '$lib/bindings';
import { bytes } from '$lib/format';
import { line } from '$lib/testing/notices';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';
import { formatNotice } from '$lib/texts';

const ada = account('ada', { displayName: 'Ada' });
const row = (name = 'p.mp4') => screen.getByRole('listitem', { name });
const inRow = (name?: string) => within(row(name));
const buttons = (name?: string) =>
  inRow(name)
    .getAllByRole('button')
    .map((each) => each.textContent.trim());

const queueOf = (parts: Parameters<typeof post>[1], world: World = {}) =>
  open({ accounts: [ada], posts: [post('p', { accountName: 'Ada', ...parts })], ...world });

describe('an empty queue', () => {
  test('invites a drop and names the accepted files', async () => {
    await open({ accounts: [ada] });
    expect(screen.getByRole('heading', { name: 'Drop your first video here' })).toBeInTheDocument();
    expect(
      screen.getByText(/MP4, MOV or WebM · H.264, H.265, VP8 or VP9 · up to 10 minutes and 4 GB/),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Add videos' })).toBeInTheDocument();
  });

  test('offers to connect the first account', async () => {
    await open();
    expect(screen.getByRole('heading', { name: 'Connect a TikTok account' })).toBeInTheDocument();
  });
});

describe('a row', () => {
  const stop = notice('why', 'This is why.');
  const states: [PostState, string, string[]][] = [
    [{ kind: 'draft' }, 'Draft', ['Edit', 'Remove', 'Details']],
    [{ kind: 'scheduled' }, 'Scheduled', ['Change time', 'Post now', 'Back to draft', 'Cancel', 'Details']],
    [{ kind: 'queued' }, 'Queued', ['Pause', 'Cancel', 'Details']],
    [{ kind: 'checking' }, 'Checking', ['Pause', 'Cancel', 'Details']],
    [{ kind: 'uploading' }, 'Uploading', ['Pause', 'Cancel', 'Details']],
    [{ kind: 'processing' }, 'Processing at TikTok', ['Cancel', 'Details']],
    [{ kind: 'published' }, 'Published', ['View on TikTok', 'Remove', 'Details']],
    [{ kind: 'deliveredToInbox' }, 'In your TikTok inbox', ['Copy caption', 'Remove', 'Details']],
    [
      { kind: 'waiting', reason: 'quota', notice: stop, until: null },
      'Waiting',
      ['Pause', 'Cancel', 'Details'],
    ],
    [
      { kind: 'waiting', reason: 'metered', notice: stop, until: null },
      'Waiting',
      ['Pause', 'Cancel', 'Details'],
    ],
    [{ kind: 'paused', notice: null }, 'Paused', ['Resume', 'Cancel', 'Details']],
    [
      { kind: 'paused', notice: stop },
      'Paused',
      ['Post now', 'Choose a new time', 'Back to draft', 'Cancel', 'Details'],
    ],
    [
      { kind: 'failed', notice: stop, canRetry: false, fileChanged: true },
      'Failed',
      ['Use the changed file', 'Remove', 'Details'],
    ],
    [
      { kind: 'waiting', reason: 'reconnect', notice: stop, until: null },
      'Waiting',
      ['Reconnect', 'Cancel', 'Details'],
    ],
    [
      { kind: 'failed', notice: stop, canRetry: true, fileChanged: false },
      'Failed',
      ['Try again', 'Remove', 'Details'],
    ],
    [{ kind: 'failed', notice: stop, canRetry: false, fileChanged: false }, 'Failed', ['Remove', 'Details']],
    [
      { kind: 'unconfirmed', notice: stop },
      'Unconfirmed',
      ['Check again', 'View on TikTok', 'Remove', 'Details'],
    ],
    [{ kind: 'cancelled' }, 'Cancelled', ['Back to draft', 'Remove', 'Details']],
  ];
  test.each(states)('in the state %j shows "%s" and offers %j', async (state, words, offered) => {
    await queueOf({ state, settings: { caption: 'hello' }, link: 'https://www.tiktok.com/x' });
    expect(inRow().getByText(words)).toBeInTheDocument();
    expect(buttons()).toEqual(offered);
    if ('notice' in state && state.notice !== null) {
      for (const part of Object.values(formatNotice(stop))) expect(row().textContent).toContain(part);
    }
  });

  test('has no View button without a link', async () => {
    await queueOf({ state: { kind: 'published' } });
    expect(buttons()).toEqual(['Remove', 'Details']);
  });

  test('says after publishing that it may take a few minutes', async () => {
    await queueOf({ state: { kind: 'processing' } });
    expect(
      inRow().getByText('TikTok may take a few minutes to process the video and show it on your profile.'),
    ).toBeInTheDocument();
  });

  test('in the inbox explains the steps in the TikTok app', async () => {
    const { user, backend } = await queueOf({
      state: { kind: 'deliveredToInbox' },
      settings: { mode: 'inbox', caption: 'hello' },
    });
    expect(inRow().getByText(/tap the message in your inbox/)).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Copy caption' }));
    expect(backend.last('copy_caption')).toEqual({ id: 'p' });
    expect(await screen.findByText('Caption copied')).toBeInTheDocument();
  });

  test.each([
    ['Cancel', { kind: 'uploading' }, 'cancel_post'],
    ['Pause', { kind: 'uploading' }, 'pause_post'],
    ['Resume', { kind: 'paused', notice: null }, 'resume_post'],
    ['Post now', { kind: 'paused', notice: stop }, 'resume_post'],
    ['Post now', { kind: 'scheduled' }, 'submit_post'],
    ['Back to draft', { kind: 'scheduled' }, 'unschedule_post'],
    ['Back to draft', { kind: 'paused', notice: stop }, 'unschedule_post'],
    ['Check again', { kind: 'unconfirmed', notice: stop }, 'retry_post'],
    ['Try again', { kind: 'failed', notice: stop, canRetry: true, fileChanged: false }, 'retry_post'],
    ['View on TikTok', { kind: 'published' }, 'open_post'],
    ['Remove', { kind: 'published' }, 'remove_post'],
  ] as const)('"%s" in the state %j calls %s', async (name, state, command) => {
    const { user, backend } = await queueOf({ state, link: 'https://www.tiktok.com/x' });
    await user.click(inRow().getByRole('button', { name }));
    expect(backend.last(command)).toEqual({ id: 'p' });
  });

  test('opens in the composer if a retry needs an edit', async () => {
    const { user } = await queueOf(
      { state: { kind: 'failed', notice: stop, canRetry: true, fileChanged: false } },
      { retried: { kind: 'draft' } },
    );
    await user.click(inRow().getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
  });

  test('can become a draft after it was cancelled', async () => {
    const { user } = await queueOf({ state: { kind: 'cancelled' } }, { retried: { kind: 'draft' } });
    await user.click(inRow().getByRole('button', { name: 'Back to draft' }));
    expect(await within(row()).findByText('Draft')).toBeInTheDocument();
  });

  test('disappears when it is removed', async () => {
    const { user } = await queueOf({ state: { kind: 'cancelled' } });
    await user.click(inRow().getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByRole('listitem', { name: 'p.mp4' })).not.toBeInTheDocument());
  });

  test('stays unchanged and shows the notice of a refused command', async () => {
    const { user } = await queueOf(
      { state: { kind: 'uploading' } },
      { failing: { cancel_post: notice('late', 'It is too late to cancel.') } },
    );
    await user.click(inRow().getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('It is too late to cancel.')).toBeInTheDocument();
    expect(inRow().getByText('Uploading')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('It is too late to cancel.')).not.toBeInTheDocument();
  });

  test('shows the message of an unexpected error', async () => {
    const { user } = await queueOf(
      { state: { kind: 'uploading' } },
      { failing: { cancel_post: 'command cancel_post not allowed' } },
    );
    await user.click(inRow().getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText(/command cancel_post not allowed/)).toBeInTheDocument();
  });

  test('shows its history and adds new entries', async () => {
    const history = [{ at: '2026-11-24T09:00:00Z', message: line('Added to the queue') }];
    const { user, backend } = await queueOf({ state: { kind: 'uploading' } }, { history });
    const details = inRow().getByRole('button', { name: 'Details' });
    expect(details).toHaveAttribute('aria-expanded', 'false');
    await user.click(details);
    expect(await inRow().findByText('Added to the queue')).toBeInTheDocument();
    history.push({ at: '2026-11-24T09:05:00Z', message: line('All bytes are at TikTok') });
    await backend.move('p', { kind: 'processing' });
    expect(await within(row()).findByText('All bytes are at TikTok')).toBeInTheDocument();
  });

  test.each([
    'caulking\n101 🔨.mp4',
    'رحلة إلى الميناء.mp4',
    `${'very long '.repeat(60)}.mp4`,
    '<b>bold</b>.mp4',
  ])('shows the name %j as text', async (fileName) => {
    await queueOf({ fileName });
    const flat = (text: string) => text.replace(/\s+/g, ' ');
    const link = screen.getByRole('link', { name: (name) => flat(name) === flat(fileName) });
    expect(link.textContent).toBe(fileName);
    expect(link.querySelector('bdi')).toBeInTheDocument();
    expect(document.querySelector('b')).not.toBeInTheDocument();
  });
});

describe('an upload', () => {
  const half = { sentBytes: 42_100_000, totalBytes: 84_200_000, bytesPerSecond: 4_000_000, secondsLeft: 11 };

  test('shows bytes, speed and time left, and follows its progress', async () => {
    const { backend } = await queueOf({ state: { kind: 'uploading' }, progress: half });
    const bar = () => screen.getByRole('progressbar', { name: 'Uploading p.mp4' });
    expect(bar()).toHaveAttribute('aria-valuenow', '50');
    expect(inRow().getByText('42.1 MB of 84.2 MB')).toBeInTheDocument();
    expect(inRow().getByText('4 MB/s')).toBeInTheDocument();
    expect(inRow().getByText('11 s left')).toBeInTheDocument();

    const before = row();
    const progress = { ...half, sentBytes: 63_150_000, bytesPerSecond: null, secondsLeft: null };
    await backend.send({ kind: 'progress', postId: 'p', progress });
    await waitFor(() => expect(bar()).toHaveAttribute('aria-valuenow', '75'));
    expect(inRow().queryByText(/left$/)).not.toBeInTheDocument();
    expect(row()).toBe(before);
  });

  test('shows an upload of unknown size', async () => {
    await queueOf({ state: { kind: 'uploading' }, progress: { ...half, sentBytes: 0, totalBytes: 0 } });
    expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0');
  });

  test('shows a message on any page when it ends', async () => {
    const { backend, user } = await queueOf({ state: { kind: 'processing' } });
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    await backend.move('p', { kind: 'published' });
    expect(await screen.findByText('Published: p.mp4')).toBeInTheDocument();
  });

  test('keeps a newer event when an older answer arrives', async () => {
    const { backend, user } = await queueOf({
      state: { kind: 'failed', notice: notice('x'), canRetry: true, fileChanged: false },
    });
    const release = backend.hold('retry_post');
    await user.click(inRow().getByRole('button', { name: 'Try again' }));
    await backend.move('p', { kind: 'published' });
    release();
    await screen.findByText('Published: p.mp4');
    await waitFor(() => expect(inRow().getByText('Published')).toBeInTheDocument());
    expect(inRow().queryByText('Queued')).not.toBeInTheDocument();
  });
});

describe('a waiting post', () => {
  afterEach(() => vi.useRealTimers());

  test('counts down to the next try', async () => {
    vi.useFakeTimers({
      toFake: ['Date', 'setInterval', 'clearInterval'],
      now: Date.parse('2026-11-24T09:00:00Z'),
    });
    await queueOf({
      state: { kind: 'waiting', reason: 'offline', notice: notice('off'), until: '2026-11-24T09:00:30Z' },
    });
    expect(screen.getByRole('timer').textContent.trim()).toBe('Next try in 30 s');
    vi.advanceTimersByTime(12_000);
    await waitFor(() => expect(screen.getByRole('timer').textContent.trim()).toBe('Next try in 18 s'));
    vi.advanceTimersByTime(30_000);
    await waitFor(() => expect(screen.getByRole('timer').textContent.trim()).toBe('Trying again now'));
  });
});

describe('adding videos', () => {
  test('works by a drop anywhere and opens the composer for the first', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.dragOver(['/a/one.mp4', '/a/two.mp4']);
    expect(await screen.findByText('Drop to add')).toBeInTheDocument();
    await backend.drop(['/a/one.mp4', '/a/two.mp4']);
    await waitFor(() => expect(screen.queryByText('Drop to add')).not.toBeInTheDocument());
    expect(backend.last('add_files')).toEqual({ paths: ['/a/one.mp4', '/a/two.mp4'] });
    expect(await screen.findByRole('heading', { name: 'one.mp4' })).toBeInTheDocument();
    expect(screen.getByText(/^Draft \d of 2$/)).toBeInTheDocument();
  });

  test('ends without a change when a drag leaves the window', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.dragOver(['/a/one.mp4']);
    await screen.findByText('Drop to add');
    await backend.dragLeave();
    await waitFor(() => expect(screen.queryByText('Drop to add')).not.toBeInTheDocument());
    expect(backend.count('add_files')).toBe(0);
  });

  test('ignores dragged text', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.dragOver([]);
    await backend.drop([]);
    expect(screen.queryByText('Drop to add')).not.toBeInTheDocument();
    expect(backend.count('add_files')).toBe(0);
  });

  test('shows the reason for each refused file, which can be dismissed', async () => {
    const refused = {
      '/a/notes.txt': notice('notVideo', 'This is not a video.'),
      '/a/void.mp4': notice('empty', 'This file is empty.'),
    };
    const { backend, user } = await open({ accounts: [ada], refused });
    await backend.drop(['/a/notes.txt', '/a/void.mp4']);
    expect(await screen.findByText('This is not a video.')).toBeInTheDocument();
    expect(screen.getByText('Not added: notes.txt')).toBeInTheDocument();
    expect(screen.getByText('Not added: void.mp4')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Queue' })).toBeInTheDocument();
    for (const dismiss of screen.getAllByRole('button', { name: 'Dismiss' })) await user.click(dismiss);
    expect(screen.queryByText(/Not added/)).not.toBeInTheDocument();
  });

  test('shows one notice for files refused for the same reason', async () => {
    const text = notice('notVideo', 'This is not a video.');
    const refused = { '/a/notes.txt': text, '/a/brief.pdf': text, '/a/cover.png': text };
    const { backend } = await open({ accounts: [ada], refused });
    await backend.drop(Object.keys(refused));
    expect(
      await screen.findByText('3 files not added: notes.txt, brief.pdf and cover.png'),
    ).toBeInTheDocument();
    expect(screen.getAllByText('This is not a video.')).toHaveLength(1);
  });

  test('works by the file dialog, with a button or Ctrl+O', async () => {
    const { backend, user } = await open({ accounts: [ada], picked: [] });
    await user.click(screen.getByRole('button', { name: 'Add videos' }));
    expect(backend.count('pick_files')).toBe(1);
    await waitFor(() =>
      expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add videos' })).toBeEnabled(),
    );
    await fireEvent.keyDown(window, { key: 'o', ctrlKey: true });
    expect(backend.count('pick_files')).toBe(2);
  });

  test('works from a second instance', async () => {
    const { backend } = await open({ accounts: [ada] });
    await backend.arrive(['/b/handed-over.webm']);
    expect(await screen.findByRole('heading', { name: 'handed-over.webm' })).toBeInTheDocument();
  });

  test('does not leave an open composer', async () => {
    const { backend } = await open({ accounts: [ada], posts: [post('p')] }, { page: 'compose', id: 'p' });
    await backend.drop(['/a/one.mp4']);
    expect(await screen.findByText('1 video added')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'p.mp4' })).toBeInTheDocument();
    expect(screen.getByText(/^Draft \d of 2$/)).toBeInTheDocument();
  });
});

test('posts are grouped by state', async () => {
  await open({
    accounts: [ada],
    posts: [
      post('done', { state: { kind: 'published' } }),
      post('going', { state: { kind: 'queued' } }),
      post('draft'),
      post('stuck', { state: { kind: 'failed', notice: notice('x'), canRetry: false, fileChanged: false } }),
    ],
  });
  const groups = screen
    .getAllByRole('heading', { level: 2 })
    .map((each) => each.textContent.replace(/\s*\d+$/, ''));
  expect(groups.map((text) => text.trim())).toEqual(['Needs you', 'Drafts', 'In progress', 'Done']);
  expect(row('done.mp4').textContent).toContain(bytes(84_200_000));
});
