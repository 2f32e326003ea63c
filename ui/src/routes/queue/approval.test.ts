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

describe('a draft from a folder', () => {
  test('stands in a group of its own, with what becomes of it', async () => {
    await queue({ folder: from({ when: { kind: 'dailyAt', time: '18:00' } }) });
    expect(within(group(/^To approve/)).getByText('p.mp4')).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: /^Drafts/ })).not.toBeInTheDocument();
    expect(inRow().getAllByText('To approve').length).toBe(1);
    expect(inRow().getByText('Once approved, it goes out daily at 18:00.')).toBeInTheDocument();
    expect(buttons()).toEqual(['Approve', 'Review', 'Remove', 'Details']);
    const origin = inRow().getByRole('link', { name: 'From the folder exports' });
    expect(origin).toHaveAttribute('href', '#/folders/exports');
  });

  test('goes out with one click when nothing is missing', async () => {
    const { backend, user } = await queue();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(backend.last('approve_post')).toEqual({ id: 'p' });
    expect(await screen.findByText('Approved. It is on its way.')).toBeInTheDocument();
    await waitFor(() => expect(within(group(/^In progress/)).getByText('p.mp4')).toBeInTheDocument());
  });

  test('that is scheduled by it says when', async () => {
    const { user } = await queue(
      { folder: from({ when: { kind: 'nextSlot' } }) },
      { slots: { ada: [{ weekday: 'monday', time: '18:00' }] } },
    );
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText(/^Scheduled: /)).toBeInTheDocument();
    expect(within(group(/^Scheduled/)).getByText('p.mp4')).toBeInTheDocument();
  });

  test('posted directly needs its audience, so approving leads to the composer', async () => {
    const { backend, user } = await queue({ settings: { mode: 'direct' } });
    expect(inRow().getByText('Choose who can see this video.')).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByRole('combobox', { name: 'Who can see this video' })).toBeInTheDocument();
    expect(backend.count('approve_post')).toBe(0);
  });

  test('posted directly with an audience declares what posting means', async () => {
    const { backend, user } = await queue({ settings: { mode: 'direct', privacy: 'SELF_ONLY' } });
    expect(inRow().getByText(/^By posting, you agree to TikTok's/)).toBeInTheDocument();
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(backend.count('approve_post')).toBe(1);
  });

  test.each([
    ['without an account', { settings: { accountId: null }, accountName: null }, 'Choose an account.'],
    ['that its account has already', { known: [known('Ada')] }, 'Ada already has this video.'],
    [
      'that discloses without saying whose brand',
      { settings: { mode: 'direct', privacy: 'SELF_ONLY', disclosesCommercial: true } },
      'You need to indicate if your content promotes yourself, a third party, or both.',
    ],
    [
      'that TikTok would refuse',
      { findings: [{ severity: 'blocks', notice: notice('fps') }] },
      'TikTok would reject this file.',
    ],
  ] as [string, Parameters<typeof post>[1], string][])(
    '%s is not sent with one click',
    async (_, parts, why) => {
      const { backend, user } = await queue(parts);
      expect(inRow().getByText(why)).toBeInTheDocument();
      await user.click(inRow().getByRole('button', { name: 'Approve' }));
      expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
      expect(backend.count('approve_post')).toBe(0);
    },
  );

  test('can be looked at first', async () => {
    const { user } = await queue();
    await user.click(inRow().getByRole('button', { name: 'Review' }));
    expect(await screen.findByRole('textbox', { name: 'Caption' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
  });

  test('that Slipway held back says why', async () => {
    await queue({
      folder: from({ notice: notice('folder.hold.no_slots', 'The account has no weekly slots.') }),
    });
    expect(inRow().getByText('The account has no weekly slots.')).toBeInTheDocument();
  });

  test('stays where it is when approving is refused', async () => {
    const { user } = await queue({}, { failing: { approve_post: notice('late', 'Not now.') } });
    await user.click(inRow().getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('Not now.')).toBeInTheDocument();
    expect(within(group(/^To approve/)).getByText('p.mp4')).toBeInTheDocument();
  });

  test('is approved once, however often it is clicked', async () => {
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

test('a draft that needs no approval is a draft like any other', async () => {
  await queue({ folder: from({ approval: false }) });
  expect(within(group(/^Drafts/)).getByText('p.mp4')).toBeInTheDocument();
  expect(buttons()).toEqual(['Edit', 'Remove', 'Details']);
  expect(inRow().getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
});

test('a post that is on its way still says where it came from', async () => {
  await queue({ state: { kind: 'uploading' }, folder: from({ approval: false }) });
  expect(inRow().getByRole('link', { name: 'From the folder exports' })).toBeInTheDocument();
});

describe('a video that was seen before', () => {
  test('says where and when', async () => {
    await queue({ folder: null, known: [known('Bo'), known('Cy')] });
    expect(
      inRow().getByText(/^The same video was posted to Bo \(.*18:30\)\.\s+and 1 more$/),
    ).toBeInTheDocument();
  });

  test('says nothing of it once it is out', async () => {
    await queue({ folder: null, known: [known('Bo')], state: { kind: 'published' } });
    expect(inRow().queryByText(/The same video/)).not.toBeInTheDocument();
  });
});
