/** Tests of the status bar above every page. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Notice, Service, AppStatus } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const bar = () => screen.queryByRole('region', { name: 'Status' });
const inBar = () => within(bar() as HTMLElement);
const silent: Service = {
  host: 'open.tiktokapis.com',
  accountId: null,
  trying: false,
  nextTry: '2026-11-24T09:00:45Z',
  notice: notice('service.silent', 'TikTok is not answering.'),
};
const restored: Notice = notice('database.restored', 'A backup was restored.');

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'setInterval', 'clearInterval'],
    now: Date.parse('2026-11-24T09:00:00Z'),
  });
});
afterEach(() => vi.useRealTimers());

const openWith = (some: Partial<AppStatus>, world: World = {}) =>
  open({ accounts: [ada], status: some, ...world });

test('the bar is hidden while there is nothing to report', async () => {
  await openWith({});
  expect(bar()).not.toBeInTheDocument();
});

describe('a service with an open circuit', () => {
  test('shows a countdown to the next try, and disappears when it answers', async () => {
    const { backend } = await openWith({ services: [silent] });
    expect(inBar().getByText('TikTok is not answering.')).toBeInTheDocument();
    expect(inBar().getByRole('timer').textContent.trim()).toBe('Next try in 0:45');
    vi.advanceTimersByTime(15_000);
    await waitFor(() => expect(inBar().getByRole('timer').textContent.trim()).toBe('Next try in 0:30'));
    await backend.setStatus({ services: [{ ...silent, trying: true }] });
    await waitFor(() => expect(inBar().getByRole('timer').textContent.trim()).toBe('Trying now…'));
    await backend.setStatus({ services: [] });
    await waitFor(() => expect(bar()).not.toBeInTheDocument());
  });

  test('names the account if only one is affected', async () => {
    await openWith({ services: [{ ...silent, accountId: 'ada' }] });
    expect(inBar().getByText('Ada:')).toBeInTheDocument();
  });
});

test('the offline line disappears with the network', async () => {
  const { backend } = await openWith({ network: 'offline' });
  expect(inBar().getByText('This computer is offline.')).toBeInTheDocument();
  await backend.setStatus({ network: 'online' });
  await waitFor(() => expect(bar()).not.toBeInTheDocument());
});

test('a metered network is shown only while a post waits for another one', async () => {
  const { backend } = await openWith({ network: 'metered' }, { posts: [post('p')] });
  expect(bar()).not.toBeInTheDocument();
  await backend.move('p', { kind: 'waiting', reason: 'metered', notice: notice('m'), until: null });
  await waitFor(() => expect(inBar().getByText('This network is metered.')).toBeInTheDocument());
});

test('a pause is shown on every page and can be ended there', async () => {
  const { backend, user } = await openWith({ paused: true });
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  expect(inBar().getByText('Everything is paused.')).toBeInTheDocument();
  await user.click(await inBar().findByRole('button', { name: 'Resume all' }));
  expect(backend.count('resume_all')).toBe(1);
  await waitFor(() => expect(bar()).not.toBeInTheDocument());
});

describe('a notice', () => {
  test('is dismissed permanently', async () => {
    const { backend, user } = await openWith({ notices: [restored] });
    expect(inBar().getByText('A backup was restored.')).toBeInTheDocument();
    await user.click(inBar().getByRole('button', { name: 'Dismiss' }));
    expect(backend.last('dismiss_notice')).toEqual({ code: 'database.restored' });
    await waitFor(() => expect(bar()).not.toBeInTheDocument());
  });

  test('stays with the reason if it cannot be dismissed', async () => {
    const { user } = await openWith(
      { notices: [restored] },
      { failing: { dismiss_notice: notice('disk', 'The disk is full.') } },
    );
    await user.click(inBar().getByRole('button', { name: 'Dismiss' }));
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
    expect(inBar().getByText('A backup was restored.')).toBeInTheDocument();
  });
});

test('the most important item is shown, the others after a click', async () => {
  const { user } = await openWith({
    paused: true,
    network: 'offline',
    services: [{ ...silent, accountId: 'ada' }, silent],
    notices: [restored],
  });
  expect(inBar().getByText('A backup was restored.')).toBeInTheDocument();
  expect(inBar().queryByText('This computer is offline.')?.closest('[hidden]')).toBeInTheDocument();
  const others = inBar().getByRole('button', { name: 'Show 4 more' });
  expect(others).toHaveAttribute('aria-expanded', 'false');
  expect(inBar().queryAllByRole('listitem')).toHaveLength(0);
  await user.click(others);
  expect(
    inBar()
      .getAllByRole('listitem')
      .map((each) => each.textContent.replace(/\s+/g, ' ').trim()),
  ).toEqual([
    expect.stringContaining('Everything is paused.'),
    expect.stringContaining('This computer is offline.'),
    expect.stringMatching(/^TikTok is not answering/),
    expect.stringMatching(/^Ada: TikTok is not answering/),
  ]);
});
