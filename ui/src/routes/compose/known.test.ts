/** Tests of the composer with drafts from watched folders and with videos that were posted before. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FolderWhen, KnownUse, Post } from '$lib/bindings';
import { open } from '$lib/testing/app';
import { account, notice, post } from '$lib/testing/fixtures';
import { from } from '$lib/testing/folders';
import { resolve } from '$lib/testing/zones';

const ada = account('ada', { displayName: 'Ada' });
const bo = account('bo', { displayName: 'Bo' });
const known = (accountName: string, some: Partial<KnownUse> = {}): KnownUse => ({
  accountName,
  postId: null,
  at: '2026-11-12T17:30:00Z',
  state: 'posted',
  notice: notice('video.posted'),
  ...some,
});
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const again = () => screen.queryByRole('checkbox', { name: 'Post again anyway' });

const compose = (parts: Parameters<typeof post>[1], others: Post[] = []) =>
  open(
    {
      accounts: [ada, bo],
      posts: [
        post('p', { ...parts, settings: { accountId: 'ada', mode: 'inbox', ...parts?.settings } }),
        ...others,
      ],
    },
    { page: 'compose', id: 'p' },
  );

describe('a video that its account already has', () => {
  test('is posted again only after confirmation', async () => {
    const { backend, user } = await compose({ known: [known('Ada')] });
    const card = within(screen.getByRole('region', { name: 'Slipway knows this video' }));
    expect(card.getByText(/The same video was posted to Ada \(.*18:30\)/)).toBeInTheDocument();
    expect(screen.getByText('Ada already has this video.')).toBeInTheDocument();
    expect(button('Send to inbox')).toBeDisabled();
    await user.click(again() as HTMLElement);
    expect(button('Send to inbox')).toBeEnabled();
    await user.click(button('Send to inbox'));
    await waitFor(() => expect(backend.count('submit_post')).toBe(1));
  });

  test('needs a new confirmation for another account', async () => {
    const { user } = await compose({ known: [known('Ada'), known('Bo')] });
    await user.click(again() as HTMLElement);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Account' }), 'Bo (@creator.bo)');
    expect(again()).toHaveAttribute('aria-checked', 'false');
    expect(screen.getByText('Bo already has this video.')).toBeInTheDocument();
  });
});

test('a video of another account shows a note and does not block', async () => {
  await compose({ known: [known('Bo', { state: 'planned', postId: 'q' })] }, [
    post('q', { settings: { accountId: 'bo' }, state: { kind: 'queued' } }),
  ]);
  const card = within(screen.getByRole('region', { name: 'Slipway knows this video' }));
  expect(card.getByText(/The same video has been in the queue for Bo/)).toBeInTheDocument();
  expect(card.getByRole('link', { name: 'Show in the queue' })).toBeInTheDocument();
  expect(again()).not.toBeInTheDocument();
  expect(button('Send to inbox')).toBeEnabled();
});

test('a new video shows no note', async () => {
  await compose({});
  expect(screen.queryByRole('region', { name: 'Slipway knows this video' })).not.toBeInTheDocument();
});

describe('a draft from a folder starts with the time of the folder', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T09:00:00Z') });
  });
  afterEach(() => vi.useRealTimers());

  const chosen = () =>
    screen.getAllByRole('radio', { checked: true }).map((radio) => radio.textContent.trim());
  const of = (when: FolderWhen, approval = true) => ({ folder: from({ when, approval }) });

  test('now, if the folder posts at once', async () => {
    await compose(of({ kind: 'atOnce' }));
    expect(chosen()).toContain('Now');
    expect(screen.getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
  });

  test('the next free slot', async () => {
    await compose(of({ kind: 'nextSlot' }));
    expect(chosen()).toContain('Next free slot');
  });

  test('the daily time today, if it is in the future', async () => {
    await compose(of({ kind: 'dailyAt', time: '18:00' }));
    expect(chosen()).toContain('At a time');
    expect(screen.getByLabelText<HTMLInputElement>('Date')).toHaveValue('2026-11-24');
    expect(screen.getByLabelText<HTMLInputElement>('Time')).toHaveValue('18:00');
  });

  test('the daily time on the next free day', async () => {
    const taken = (id: string, dateTime: string, accountId = 'ada') =>
      post(id, {
        settings: { accountId },
        state: { kind: 'scheduled' },
        schedule: resolve({ dateTime, zone: 'Europe/Vienna' }),
      });
    await compose(of({ kind: 'dailyAt', time: '08:00' }), [
      taken('a', '2026-11-25T08:00'),
      taken('b', '2026-11-26T08:00'),
      taken('c', '2026-11-27T08:00', 'bo'),
    ]);
    expect(screen.getByLabelText<HTMLInputElement>('Date')).toHaveValue('2026-11-27');
  });

  test('now, if the draft needs no approval', async () => {
    await compose(of({ kind: 'nextSlot' }, false));
    expect(chosen()).toContain('Now');
  });
});
