/** Tests of posts from watched folders in the queue: approval, origin and duplicates. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { KnownUse } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';
import { folder, from } from '$lib/testing/folders';

const ada = account('ada', { displayName: 'Ada' });
const row = () => screen.getByRole('listitem', { name: 'p.mp4' });
const inRow = () => within(row());
const buttons = () =>
  inRow()
    .getAllByRole('button')
    .map((each) => each.textContent.trim());
const group = (name: RegExp) => screen.getByRole('region', { name });
const known = (accountName: string): KnownUse => ({
  accountName,
  postId: null,
  at: '2026-11-12T17:30:00Z',
  state: 'posted',
  notice: notice('video.posted'),
});

const queue = (parts: Parameters<typeof post>[1] = {}, world: World = {}) =>
  open({
    accounts: [ada],
    folders: [folder('exports')],
    posts: [
      post('p', {
        accountName: 'Ada',
        folder: from(),
        ...parts,
        settings: { accountId: 'ada', mode: 'inbox', caption: 'hello', ...parts.settings },
      }),
    ],
    ...world,
  });

describe('a draft that needs approval', () => {
  test('has its own group and shows its time', async () => {
    await queue({ folder: from({ when: { kind: 'dailyAt', time: '18:00' } }) });
    expect(within(group(/^To approve/)).getByText('p.mp4')).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: /^Drafts/ })).not.toBeInTheDocument();
    expect(inRow().getAllByText('To approve').length).toBe(1);
    expect(inRow().getByText('Once approved, it goes out daily at 18:00.')).toBeInTheDocument();
    expect(buttons()).toEqual(['Approve', 'Review', 'Remove', 'Details']);
    const origin = inRow().getByRole('link', { name: 'From the folder exports' });
    expect(origin).toHaveAttribute('href', '#/folders/exports');
  });

  test('is sent with one click if nothing is missing', async () => {
    const { backend, user } = await queue();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(backend.last('approve_post')).toEqual({ id: 'p' });
    expect(await screen.findByText('Approved. It is on its way.')).toBeInTheDocument();
    await waitFor(() => expect(within(group(/^In progress/)).getByText('p.mp4')).toBeInTheDocument());
  });

  test('shows its time if the approval schedules it', async () => {
    const { user } = await queue(
      { folder: from({ when: { kind: 'nextSlot' } }) },
      { slots: { ada: [{ weekday: 'monday', time: '18:00' }] } },
    );
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText(/^Scheduled: /)).toBeInTheDocument();
    expect(within(group(/^Scheduled/)).getByText('p.mp4')).toBeInTheDocument();
  });

  test('opens in the composer if a direct post has no audience', async () => {
    const { backend, user } = await queue({ settings: { mode: 'direct' } });
    expect(inRow().getByText('Choose who can see this video.')).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByRole('combobox', { name: 'Who can see this video' })).toBeInTheDocument();
    expect(backend.count('approve_post')).toBe(0);
  });

  test('shows the declaration of a direct post', async () => {
    const { backend, user } = await queue({ settings: { mode: 'direct', privacy: 'SELF_ONLY' } });
    expect(inRow().getByText(/^By posting, you agree to TikTok's/)).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(backend.count('approve_post')).toBe(1);
  });

  test.each([
    ['without an account', { settings: { accountId: null }, accountName: null }, 'Choose an account.'],
    ['already posted by its account', { known: [known('Ada')] }, 'Ada already has this video.'],
    [
      'disclosed without a brand option',
      { settings: { mode: 'direct', privacy: 'SELF_ONLY', disclosesCommercial: true } },
      'You need to indicate if your content promotes yourself, a third party, or both.',
    ],
    [
      'one that TikTok would reject',
      { findings: [{ severity: 'blocks', notice: notice('fps') }] },
      'TikTok would reject this file.',
    ],
  ] as [string, Parameters<typeof post>[1], string][])(
    'opens in the composer if it is %s',
    async (_, parts, why) => {
      const { backend, user } = await queue(parts);
      expect(inRow().getByText(why)).toBeInTheDocument();
      await user.click(inRow().getByRole('button', { name: 'Approve' }));
      expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
      expect(backend.count('approve_post')).toBe(0);
    },
  );

  test('can be opened in the composer', async () => {
    const { user } = await queue();
    await user.click(inRow().getByRole('button', { name: 'Review' }));
    expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
  });

  test('shows why the folder did not send it', async () => {
    await queue({
      folder: from({ notice: notice('folder.hold.no_slots', 'The account has no weekly slots.') }),
    });
    expect(inRow().getByText('The account has no weekly slots.')).toBeInTheDocument();
  });

  test('stays in its group if the approval is refused', async () => {
    const { user } = await queue({}, { failing: { approve_post: notice('late', 'Not now.') } });
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('Not now.')).toBeInTheDocument();
    expect(within(group(/^To approve/)).getByText('p.mp4')).toBeInTheDocument();
  });

  test('is approved once despite several clicks', async () => {
    const { backend, user } = await queue();
    const release = backend.hold('approve_post');
    const approve = inRow().getByRole('button', { name: 'Approve' });
    await user.click(approve);
    await user.click(approve);
    release();
    await screen.findByText('Approved. It is on its way.');
    expect(backend.count('approve_post')).toBe(1);
  });
});

test('a draft that needs no approval is in the group of drafts', async () => {
  await queue({ folder: from({ approval: false }) });
  expect(within(group(/^Drafts/)).getByText('p.mp4')).toBeInTheDocument();
  expect(buttons()).toEqual(['Edit', 'Remove', 'Details']);
  expect(inRow().getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
});

test('a post in progress links to its folder', async () => {
  await queue({ state: { kind: 'uploading' }, folder: from({ approval: false }) });
  expect(inRow().getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
});

describe('a video with earlier posts', () => {
  test('shows their accounts and times', async () => {
    await queue({ folder: null, known: [known('Bo'), known('Cy')] });
    expect(
      inRow().getByText(/^The same video was posted to Bo \(.*18:30\)\.\s+and 1 more$/),
    ).toBeInTheDocument();
  });

  test('does not show them once it is published', async () => {
    await queue({ folder: null, known: [known('Bo')], state: { kind: 'published' } });
    expect(inRow().queryByText(/The same video/)).not.toBeInTheDocument();
  });
});
