/** Tests of scheduled and paused posts in the queue, of questions, and of the history. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HistoryEntry, PostState } from '$lib/bindings';
import { line } from '$lib/testing/notices';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';
import { resolve } from '$lib/testing/zones';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const ada = account('ada', { displayName: 'Ada' });
const inRow = (name = 'p.mp4') => within(screen.getByRole('listitem', { name }));
const vienna = (dateTime: string) => resolve({ dateTime, zone: 'Europe/Vienna' });

const queueOf = (parts: Parameters<typeof post>[1], world: World = {}) =>
  open({ accounts: [ada], posts: [post('p', { accountName: 'Ada', ...parts })], ...world });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: NOW });
});
afterEach(() => vi.useRealTimers());

describe('a scheduled post', () => {
  const scheduled = (dateTime: string) => ({
    state: { kind: 'scheduled' } as PostState,
    schedule: vienna(dateTime),
  });

  test('shows its time in the creator’s zone, with a countdown when it is near', async () => {
    await queueOf(scheduled('2026-11-24T10:20'));
    expect(inRow().getByText('Today, 10:20')).toBeInTheDocument();
    expect(inRow().getByRole('timer').textContent).toBe('in 20 min');
    vi.advanceTimersByTime(19 * 60_000 + 18_000);
    await waitFor(() => expect(inRow().getByRole('timer').textContent).toBe('in 42 s'));
    vi.advanceTimersByTime(60_000);
    await waitFor(() => expect(inRow().getByRole('timer').textContent).toBe('any moment now'));
  });

  test('shows no countdown if it is far away', async () => {
    await queueOf(scheduled('2027-01-08T18:30'));
    expect(inRow().getByText('Fri, 8 Jan 2027, 18:30')).toBeInTheDocument();
    expect(inRow().queryByRole('timer')).not.toBeInTheDocument();
  });

  test('follows a change of the time zone', async () => {
    const { backend } = await queueOf(scheduled('2026-11-24T18:30'));
    expect(inRow().getByText('Today, 18:30')).toBeInTheDocument();
    await backend.send({ kind: 'settingsChanged', settings: { timeZone: 'Asia/Tokyo' } });
    expect(await inRow().findByText('Tomorrow, 02:30')).toBeInTheDocument();
  });

  test('explains a clock change', async () => {
    await queueOf(scheduled('2027-03-28T02:30'));
    expect(inRow().getByText(/02:30 does not exist\. The post goes out at 03:30/)).toBeInTheDocument();
  });

  test('can be moved to another time', async () => {
    const { user, backend } = await queueOf(scheduled('2026-11-24T18:30'));
    await user.click(inRow().getByRole('button', { name: 'Change time' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'When should p.mp4 go out?' }));
    expect(dialog.getByLabelText<HTMLInputElement>('Date')).toHaveValue('2026-11-24');
    const time = dialog.getByLabelText<HTMLInputElement>('Time');
    expect(time).toHaveValue('18:30');
    await user.clear(time);
    await user.type(time, '21:15');
    await waitFor(() =>
      expect(backend.last('preview_moment')).toEqual({
        moment: { dateTime: '2026-11-24T21:15', zone: 'Europe/Vienna' },
      }),
    );
    await user.click(dialog.getByRole('button', { name: 'Schedule' }));
    expect(await screen.findByText('Scheduled: Today, 21:15.')).toBeInTheDocument();
    expect(inRow().getByText('Today, 21:15')).toBeInTheDocument();
    expect(backend.last('schedule_post')).toEqual({
      id: 'p',
      moment: { dateTime: '2026-11-24T21:15', zone: 'Europe/Vienna' },
    });
  });

  test('cannot be moved to a past time', async () => {
    const { user, backend } = await queueOf(scheduled('2026-11-24T18:30'));
    await user.click(inRow().getByRole('button', { name: 'Change time' }));
    const dialog = within(await screen.findByRole('dialog'));
    const time = dialog.getByLabelText('Time');
    await user.clear(time);
    await user.type(time, '08:00');
    expect(await dialog.findByText(/This time has passed\./)).toBeInTheDocument();
    expect(time).toHaveAttribute('aria-invalid', 'true');
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Schedule' })).toBeDisabled();
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(backend.count('schedule_post')).toBe(0);
  });

  test('has its own group, sorted by time', async () => {
    await open({
      accounts: [ada],
      posts: [
        post('late', { ...scheduled('2026-12-24T18:00') }),
        post('early', { ...scheduled('2026-11-25T18:00') }),
        post('middle', { ...scheduled('2026-12-01T18:00') }),
      ],
    });
    const group = within(screen.getByRole('region', { name: /^Scheduled/ }));
    expect(group.getAllByRole('listitem').map((each) => each.querySelector('p')?.textContent.trim())).toEqual(
      ['early.mp4', 'middle.mp4', 'late.mp4'],
    );
  });
});

describe('a paused post', () => {
  test('paused by the creator stays in its group with its progress', async () => {
    await queueOf({
      state: { kind: 'paused', notice: null },
      progress: { sentBytes: 42_100_000, totalBytes: 84_200_000, bytesPerSecond: null, secondsLeft: null },
    });
    const group = within(screen.getByRole('region', { name: /^In progress/ }));
    expect(group.getByText('Paused until you resume it.')).toBeInTheDocument();
    expect(group.getByText('42.1 MB of 84.2 MB')).toBeInTheDocument();
  });

  test('with a question can get a new time', async () => {
    const { user, backend } = await queueOf({
      state: { kind: 'paused', notice: notice('schedule.missed', 'The computer slept.') },
      schedule: vienna('2026-11-24T04:00'),
    });
    expect(
      within(screen.getByRole('region', { name: /^Needs you/ })).getByText('The computer slept.'),
    ).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Choose a new time' }));
    const dialog = within(await screen.findByRole('dialog'));
    // The old time has passed, so the dialog starts from a future one.
    expect(dialog.getByLabelText<HTMLInputElement>('Time')).toHaveValue('11:00');
    await user.click(await dialog.findByRole('button', { name: 'Schedule' }));
    await waitFor(() => expect(backend.posts.get('p')?.state.kind).toBe('scheduled'));
  });
});

test('a post from a restored backup can keep a future time', async () => {
  const { user, backend } = await queueOf({
    state: { kind: 'paused', notice: notice('post.restored', 'It may have been published since.') },
    schedule: vienna('2026-11-30T04:00'),
  });
  await user.click(inRow().getByRole('button', { name: 'Keep the planned time' }));
  expect(backend.last('resume_post')).toEqual({ id: 'p' });
  await waitFor(() => expect(inRow().getByText('Scheduled')).toBeInTheDocument());
});

test('a post that waits for spacing shows its time', async () => {
  await queueOf({
    state: {
      kind: 'waiting',
      reason: 'spacing',
      notice: notice('post.spacing', 'The last post went out only just now.'),
      until: '2026-11-24T09:25:00Z',
    },
  });
  expect(inRow().getByRole('timer').textContent.trim()).toBe('Continues in 25 min');
});

test('a changed file can be accepted, which opens the composer', async () => {
  const { user, backend } = await queueOf({
    state: { kind: 'failed', notice: notice('file.changed'), canRetry: false, fileChanged: true },
  });
  await user.click(inRow().getByRole('button', { name: 'Use the changed file' }));
  expect(backend.last('use_changed_file')).toEqual({ id: 'p' });
  expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
});

test('a remark is shown while TikTok processes the post', async () => {
  await queueOf({ state: { kind: 'processing' }, remark: notice('post.remark', 'TikTok remarked.') });
  expect(inRow().getByText('TikTok remarked.')).toBeInTheDocument();
  expect(inRow().getByText('Processing at TikTok')).toBeInTheDocument();
});

describe('pausing everything', () => {
  const pauseAll = () => screen.queryByRole('button', { name: 'Pause all' });
  const resumeAll = () => screen.queryByRole('button', { name: 'Resume all' });

  test('is offered while a post is in progress', async () => {
    const { backend } = await queueOf({});
    expect(pauseAll()).not.toBeInTheDocument();
    await backend.move('p', { kind: 'queued' });
    await waitFor(() => expect(pauseAll()).toBeInTheDocument());
  });

  test('lasts until it is resumed and shows in the status bar', async () => {
    const { user, backend } = await queueOf({ state: { kind: 'queued' } });
    await user.click(pauseAll() as HTMLElement);
    await waitFor(() => expect(resumeAll()).toBeInTheDocument());
    expect(backend.count('pause_all')).toBe(1);
    expect(screen.getByText('Everything is paused.')).toBeInTheDocument();
    await user.click(resumeAll() as HTMLElement);
    await waitFor(() => expect(pauseAll()).toBeInTheDocument());
    expect(backend.count('resume_all')).toBe(1);
    expect(screen.queryByText('Everything is paused.')).not.toBeInTheDocument();
  });

  test('shows the reason of a refusal', async () => {
    const { user } = await queueOf(
      { state: { kind: 'queued' } },
      { failing: { pause_all: notice('disk', 'The disk is full.') } },
    );
    await user.click(pauseAll() as HTMLElement);
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
    expect(pauseAll()).toBeInTheDocument();
  });
});

test('a long history is grouped by day and can be scrolled with the keyboard', async () => {
  const history: HistoryEntry[] = Array.from({ length: 60 }, (_, hour) => ({
    at: new Date(Date.parse('2026-11-22T10:00:00Z') + hour * 3_600_000).toISOString(),
    message: line(`Line ${hour}`),
  }));
  const { user } = await queueOf({ state: { kind: 'uploading' } }, { history });
  await user.click(inRow().getByRole('button', { name: 'Details' }));
  const region = await screen.findByRole('region', { name: 'History of p.mp4' });
  expect(region.tabIndex).toBe(0);
  const days = within(region).getAllByRole('heading', { level: 3 });
  expect(days.length).toBeGreaterThanOrEqual(3);
  expect(days[0]?.textContent).toBe('Sunday 22 November');
  expect(within(region).getAllByRole('listitem')).toHaveLength(60);
});
