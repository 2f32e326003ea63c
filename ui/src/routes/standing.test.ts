/** Tests of the status bar above every page. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Notice, Service, AppStatus } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const strip = () => screen.queryByRole('region', { name: 'Status' });
const inStrip = () => within(strip() as HTMLElement);
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

const standing = (some: Partial<AppStatus>, world: World = {}) =>
  open({ accounts: [ada], standing: some, ...world });

test('nothing is said while all is well', async () => {
  await standing({});
  expect(strip()).not.toBeInTheDocument();
});

describe('a service that does not answer', () => {
  test('counts down to the next try, then tries, and goes when it answers', async () => {
    const { backend } = await standing({ services: [silent] });
    expect(inStrip().getByText('TikTok is not answering.')).toBeInTheDocument();
    expect(inStrip().getByRole('timer').textContent.trim()).toBe('Next try in 0:45');
    vi.advanceTimersByTime(15_000);
    await waitFor(() => expect(inStrip().getByRole('timer').textContent.trim()).toBe('Next try in 0:30'));
    await backend.stand({ services: [{ ...silent, trying: true }] });
    await waitFor(() => expect(inStrip().getByRole('timer').textContent.trim()).toBe('Trying now…'));
    await backend.stand({ services: [] });
    await waitFor(() => expect(strip()).not.toBeInTheDocument());
  });

  test('for one account names it', async () => {
    await standing({ services: [{ ...silent, accountId: 'ada' }] });
    expect(inStrip().getByText('Ada:')).toBeInTheDocument();
  });
});

test('being offline is said, and gone with the network', async () => {
  const { backend } = await standing({ network: 'offline' });
  expect(inStrip().getByText('This computer is offline.')).toBeInTheDocument();
  await backend.stand({ network: 'online' });
  await waitFor(() => expect(strip()).not.toBeInTheDocument());
});

test('a metered network is worth a word only while something waits for another', async () => {
  const { backend } = await standing({ network: 'metered' }, { posts: [post('p')] });
  expect(strip()).not.toBeInTheDocument();
  await backend.move('p', { kind: 'waiting', reason: 'metered', notice: notice('m'), until: null });
  await waitFor(() => expect(inStrip().getByText('This network is metered.')).toBeInTheDocument());
});

test('a pause shows on every page and can be ended there', async () => {
  const { backend, user } = await standing({ paused: true });
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  expect(inStrip().getByText('Everything is paused.')).toBeInTheDocument();
  await user.click(await inStrip().findByRole('button', { name: 'Resume all' }));
  expect(backend.count('resume_all')).toBe(1);
  await waitFor(() => expect(strip()).not.toBeInTheDocument());
});

describe('a notice', () => {
  test('is dismissed for good', async () => {
    const { backend, user } = await standing({ notices: [restored] });
    expect(inStrip().getByText('A backup was restored.')).toBeInTheDocument();
    await user.click(inStrip().getByRole('button', { name: 'Dismiss' }));
    expect(backend.last('dismiss_notice')).toEqual({ code: 'database.restored' });
    await waitFor(() => expect(strip()).not.toBeInTheDocument());
  });

  test('that cannot be dismissed stays, with the reason', async () => {
    const { user } = await standing(
      { notices: [restored] },
      { failing: { dismiss_notice: notice('disk', 'The disk is full.') } },
    );
    await user.click(inStrip().getByRole('button', { name: 'Dismiss' }));
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
    expect(inStrip().getByText('A backup was restored.')).toBeInTheDocument();
  });
});

test('of many things the most important shows, and the others behind a click', async () => {
  const { user } = await standing({
    paused: true,
    network: 'offline',
    services: [{ ...silent, accountId: 'ada' }, silent],
    notices: [restored],
  });
  expect(inStrip().getByText('A backup was restored.')).toBeInTheDocument();
  expect(inStrip().queryByText('This computer is offline.')?.closest('[hidden]')).toBeInTheDocument();
  const others = inStrip().getByRole('button', { name: 'Show 4 more' });
  expect(others).toHaveAttribute('aria-expanded', 'false');
  expect(inStrip().queryAllByRole('listitem')).toHaveLength(0);
  await user.click(others);
  expect(
    inStrip()
      .getAllByRole('listitem')
      .map((each) => each.textContent.replace(/\s+/g, ' ').trim()),
  ).toEqual([
    expect.stringContaining('Everything is paused.'),
    expect.stringContaining('This computer is offline.'),
    expect.stringMatching(/^TikTok is not answering/),
    expect.stringMatching(/^Ada: TikTok is not answering/),
  ]);
});
