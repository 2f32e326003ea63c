/** Tests of the composer through its controls, along TikTok's review guidelines. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { Account, Creator, PostSettings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, creator, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const bo = account('bo', { displayName: 'Bo', canDirectPost: false });

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const toggle = (name: string) => screen.getByRole<HTMLButtonElement>('switch', { name });
const box = (name: string) => screen.getByRole<HTMLButtonElement>('checkbox', { name });
const audience = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Who can see this video' });
const audiences = () => within(audience()).getAllByRole<HTMLOptionElement>('option').slice(1);
const on = (element: HTMLElement) => element.getAttribute('aria-checked');

type Draft = {
  settings?: Partial<PostSettings>;
  creator?: Partial<Creator>;
  accounts?: Account[];
  world?: World;
};

async function compose(draft: Draft = {}) {
  const opened = await open(
    {
      accounts: draft.accounts ?? [ada],
      creators: [creator('ada', { nickname: 'Ada', ...draft.creator })],
      posts: [post('p', { settings: { accountId: 'ada', ...draft.settings } })],
      ...draft.world,
    },
    { page: 'compose', id: 'p' },
  );
  return opened;
}

/** Opens the composer and waits for TikTok's answer about the creator. */
async function composeKnown(draft: Draft = {}) {
  const opened = await compose(draft);
  await waitFor(() => expect(audience()).toBeEnabled());
  return opened;
}

describe('the creator', () => {
  test('is queried when the page opens, and named', async () => {
    const { backend } = await composeKnown();
    expect(backend.count('creator')).toBe(1);
    expect(screen.getByText('Posting as').parentElement?.textContent).toContain('Ada');
  });

  test('who cannot post now blocks the post and sees the reason', async () => {
    await compose({ creator: { cannotPost: notice('cap', 'The daily limit is reached.') } });
    expect(await screen.findByText('The daily limit is reached.')).toBeInTheDocument();
    expect(button('Post')).toBeDisabled();
    expect(screen.getByText(/cannot post directly right now/)).toBeInTheDocument();
  });

  test('can be queried again after a failure', async () => {
    const { backend, user } = await compose({
      world: { failing: { creator: notice('offline', 'No answer.') } },
    });
    await screen.findByText('No answer.');
    expect(button('Post')).toBeDisabled();
    backend.failing = {};
    await user.click(button('Ask TikTok again'));
    await waitFor(() => expect(audience()).toBeEnabled());
  });

  test('with a limit below the duration of the video cannot post it', async () => {
    await composeKnown({ creator: { maxDurationSec: 30 }, settings: { privacy: 'SELF_ONLY' } });
    expect(
      screen.getByText('This video is 0:42 long. Ada can post up to 0:30 directly.'),
    ).toBeInTheDocument();
    expect(button('Post')).toBeDisabled();
  });

  test('is preselected if there is only one account', async () => {
    const { backend } = await composeKnown({ settings: { accountId: null } });
    await waitFor(() => expect(backend.posts.get('p')?.settings.accountId).toBe('ada'));
  });

  test('who was disconnected must be replaced', async () => {
    const { backend } = await composeKnown({ settings: { privacy: 'SELF_ONLY' } });
    backend.accounts = [];
    await backend.send({ kind: 'accountsChanged' });
    await waitFor(() => expect(button('Post')).toBeDisabled());
    expect(audience()).toBeDisabled();
  });

  test('must choose the audience again after a change of account', async () => {
    const eve = account('eve', { displayName: 'Eve' });
    const { user } = await composeKnown({
      accounts: [ada, eve],
      settings: { privacy: 'PUBLIC_TO_EVERYONE', allowComment: true },
    });
    expect(button('Post')).toBeEnabled();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Account' }), 'eve');
    await waitFor(() => expect(audience()).toBeEnabled());
    expect(audience()).toHaveValue('');
    expect(on(toggle('Comment'))).toBe('false');
    expect(button('Post')).toBeDisabled();
  });
});

describe('the audience', () => {
  test('offers TikTok’s options in their order, with none selected', async () => {
    await composeKnown({
      creator: { privacyOptions: ['FOLLOWER_OF_CREATOR', 'SOMETHING_NEW', 'SELF_ONLY'] },
    });
    expect(audiences().map((option) => option.text)).toEqual(['Followers', 'SOMETHING_NEW', 'Only me']);
    expect(audience()).toHaveValue('');
    expect(button('Post')).toBeDisabled();
  });

  test('must be chosen again when it is no longer offered', async () => {
    await composeKnown({ settings: { privacy: 'FOLLOWER_OF_CREATOR' } });
    expect(audience()).toHaveValue('');
    expect(screen.getByText(/no longer offers the audience/)).toBeInTheDocument();
    expect(button('Post')).toBeDisabled();
  });

  test('unblocks the post once chosen', async () => {
    const { user } = await composeKnown();
    await user.selectOptions(audience(), 'Everyone');
    expect(button('Post')).toBeEnabled();
  });
});

describe('interactions', () => {
  test('are off by default', async () => {
    await composeKnown();
    for (const name of ['Comment', 'Duet', 'Stitch']) {
      expect(on(toggle(name))).toBe('false');
      expect(toggle(name)).toBeEnabled();
    }
  });

  test('are disabled with a reason if the creator turned them off on TikTok', async () => {
    await composeKnown({
      creator: { commentDisabled: true, duetDisabled: true, stitchDisabled: true },
      settings: { allowDuet: true },
    });
    for (const name of ['Comment', 'Duet', 'Stitch']) expect(toggle(name)).toBeDisabled();
    expect(on(toggle('Duet'))).toBe('false');
    expect(screen.getByText(/Comments are turned off/)).toBeInTheDocument();
    expect(screen.getByText(/Duets are turned off/)).toBeInTheDocument();
  });
});

describe('commercial content', () => {
  const indicate = 'You need to indicate if your content promotes yourself, a third party, or both.';
  const music = "By posting, you agree to TikTok's Music Usage Confirmation.";
  const policy = "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation.";
  const declaration = () =>
    screen
      .getByText(/By posting, you agree/)
      .textContent.replace(/\s+/g, ' ')
      .trim();

  test('is off by default and hides the brand options', async () => {
    await composeKnown();
    expect(on(toggle('Disclose commercial content'))).toBe('false');
    expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
    expect(declaration()).toBe(music);
  });

  test('without a brand option blocks the post and shows the reason on hover', async () => {
    const { user } = await composeKnown({ settings: { privacy: 'PUBLIC_TO_EVERYONE' } });
    await user.click(toggle('Disclose commercial content'));
    expect(on(box('Your brand'))).toBe('false');
    expect(on(box('Branded content'))).toBe('false');
    expect(button('Post')).toBeDisabled();
    expect(button('Post').parentElement?.title).toBe(indicate);
    expect(screen.queryByText(/will be labeled as/)).not.toBeInTheDocument();
  });

  test('shows TikTok’s labels and declarations', async () => {
    const { user } = await composeKnown({ settings: { privacy: 'PUBLIC_TO_EVERYONE' } });
    await user.click(toggle('Disclose commercial content'));
    await user.click(box('Your brand'));
    expect(screen.getByText("Your photo/video will be labeled as 'Promotional content'")).toBeInTheDocument();
    expect(declaration()).toBe(music);
    expect(button('Post')).toBeEnabled();

    await user.click(box('Branded content'));
    expect(screen.getByText("Your photo/video will be labeled as 'Paid partnership'")).toBeInTheDocument();
    expect(declaration()).toBe(policy);

    await user.click(box('Your brand'));
    expect(screen.getByText("Your photo/video will be labeled as 'Paid partnership'")).toBeInTheDocument();
    expect(declaration()).toBe(policy);
  });

  test('disables "Only me" for branded content', async () => {
    const { user } = await composeKnown();
    await user.click(toggle('Disclose commercial content'));
    await user.click(box('Branded content'));
    const onlyMe = audiences().find((option) => option.text === 'Only me');
    expect(onlyMe).toBeDisabled();
    expect(onlyMe?.title).toBe('Branded content visibility cannot be set to private.');
    expect(screen.getByText('Branded content visibility cannot be set to private.')).toBeInTheDocument();
  });

  test('disables branded content for "Only me" and shows the reason', async () => {
    const { user } = await composeKnown();
    await user.selectOptions(audience(), 'Only me');
    await user.click(toggle('Disclose commercial content'));
    expect(box('Branded content')).toBeDisabled();
    expect(box('Your brand')).toBeEnabled();
    expect(
      screen.getByText(/Branded content visibility cannot be set to private\..*another audience/),
    ).toBeInTheDocument();
    await user.selectOptions(audience(), 'Everyone');
    expect(box('Branded content')).toBeEnabled();
  });

  test('a draft with "Only me" and branded content can be corrected in both ways', async () => {
    const { user } = await composeKnown({
      settings: { privacy: 'SELF_ONLY', disclosesCommercial: true, brandContent: true },
    });
    expect(button('Post')).toBeDisabled();
    expect(box('Branded content')).toBeEnabled();
    await user.selectOptions(audience(), 'Friends');
    expect(button('Post')).toBeEnabled();
  });

  test('clears the brand options when turned off', async () => {
    const { user, backend } = await composeKnown({
      settings: { disclosesCommercial: true, brandContent: true },
    });
    await user.click(toggle('Disclose commercial content'));
    await waitFor(() =>
      expect(backend.posts.get('p')?.settings).toMatchObject({
        disclosesCommercial: false,
        brandOrganic: false,
        brandContent: false,
      }),
    );
  });

  test('opens links in the browser', async () => {
    const { user, backend } = await composeKnown({
      settings: { disclosesCommercial: true, brandContent: true },
    });
    await user.click(screen.getByRole('link', { name: 'Music Usage Confirmation' }));
    await user.click(screen.getByRole('link', { name: 'Branded Content Policy' }));
    expect(
      backend.calls.filter(({ command }) => command === 'plugin:opener|open_url').map(({ args }) => args.url),
    ).toEqual([
      'https://www.tiktok.com/legal/page/global/music-usage-confirmation/en',
      'https://www.tiktok.com/legal/page/global/bc-policy/en',
    ]);
  });
});

describe('the caption', () => {
  const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Caption' });

  test('is counted in UTF-16 units', async () => {
    const { user } = await composeKnown();
    await user.click(field());
    await user.paste('👩‍🎨 clay');
    expect(screen.getByText('10 / 2,200')).toBeInTheDocument();
  });

  test('over the limit shows the excess and blocks the post', async () => {
    const { user } = await composeKnown({ settings: { privacy: 'SELF_ONLY', caption: 'a'.repeat(2200) } });
    expect(button('Post')).toBeEnabled();
    await user.click(field());
    await user.paste('🌊');
    expect(screen.getByText('2,202 / 2,200')).toBeInTheDocument();
    expect(screen.getByText('The caption is 2 characters too long.')).toBeInTheDocument();
    expect(field()).toHaveAttribute('aria-invalid', 'true');
    expect(button('Post')).toBeDisabled();
  });

  test('is saved after a pause in typing, not at every key', async () => {
    const { user, backend } = await composeKnown();
    await user.type(field(), 'down she goes');
    await waitFor(() => expect(backend.posts.get('p')?.settings.caption).toBe('down she goes'));
    expect(backend.count('update_post')).toBeLessThan(5);
    expect(await screen.findByText('Saved')).toBeInTheDocument();
  });

  test('shows that saving failed', async () => {
    const { user } = await composeKnown({
      world: { failing: { update_post: notice('disk', 'The disk is full.') } },
    });
    await user.type(field(), 'x');
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
    expect(screen.getByText('Not saved')).toBeInTheDocument();
  });
});

describe('posting', () => {
  test('saves pending changes, sends the post and shows the next step', async () => {
    const { user, backend } = await composeKnown({ settings: { privacy: 'PUBLIC_TO_EVERYONE' } });
    await user.type(screen.getByRole('textbox', { name: 'Caption' }), 'last word');
    await user.click(button('Post'));
    expect(
      await screen.findByText(/may take a few minutes to process and show on your profile/),
    ).toBeInTheDocument();
    const order = backend.calls
      .map(({ command }) => command)
      .filter((name) => /update_post|submit_post/.test(name));
    expect(order.at(-1)).toBe('submit_post');
    expect(order.filter((name) => name === 'submit_post')).toHaveLength(1);
    expect(backend.posts.get('p')?.settings.caption).toBe('last word');
    expect(await screen.findByRole('heading', { name: 'Queue' })).toBeInTheDocument();
    expect(backend.count('copy_caption')).toBe(0);
  });

  test('keeps the draft and shows the notice of a refusal', async () => {
    const { user } = await composeKnown({
      settings: { privacy: 'PUBLIC_TO_EVERYONE' },
      world: { failing: { submit_post: notice('gone', 'The file is gone.') } },
    });
    await user.click(button('Post'));
    expect(await screen.findByText('The file is gone.')).toBeInTheDocument();
    expect(button('Post')).toBeEnabled();
  });

  test('does not send a draft whose settings could not be saved', async () => {
    const { user, backend } = await composeKnown({
      settings: { privacy: 'PUBLIC_TO_EVERYONE' },
      world: { failing: { update_post: notice('disk', 'The disk is full.') } },
    });
    await user.type(screen.getByRole('textbox', { name: 'Caption' }), 'x');
    await user.click(button('Post'));
    await screen.findByText('The disk is full.');
    expect(backend.count('submit_post')).toBe(0);
  });
});

describe('an inbox draft', () => {
  test('warns about lost settings, needs no audience and copies the caption', async () => {
    const { user, backend } = await composeKnown({ settings: { caption: 'for later' } });
    await user.click(screen.getByRole('radio', { name: 'Send to inbox' }));
    expect(screen.getByText('An inbox draft carries only the video')).toBeInTheDocument();
    expect(screen.queryByRole('combobox', { name: 'Who can see this video' })).not.toBeInTheDocument();
    expect(screen.queryByText(/By posting, you agree/)).not.toBeInTheDocument();
    await user.click(button('Send to inbox'));
    await waitFor(() => expect(backend.count('copy_caption')).toBe(1));
    expect(backend.posts.get('p')?.settings.mode).toBe('inbox');
    expect(backend.count('submit_post')).toBe(1);
  });

  test('is the default for an account without direct posts', async () => {
    const { backend } = await compose({ accounts: [bo], settings: { accountId: null } });
    await waitFor(() => expect(button('Send to inbox')).toBeEnabled());
    expect(screen.getByRole<HTMLButtonElement>('radio', { name: 'Post directly' })).toBeDisabled();
    // The query for creator info needs a scope that this account lacks.
    expect(backend.count('creator')).toBe(0);
  });
});

describe('several drafts', () => {
  test('can be visited in turn without losing typed text', async () => {
    const { user, backend } = await composeKnown({
      world: {
        posts: [post('p', { settings: { accountId: 'ada' } }), post('q', { settings: { accountId: 'ada' } })],
      },
    });
    await user.type(screen.getByRole('textbox', { name: 'Caption' }), 'first');
    await user.click(button('Next draft'));
    expect(await screen.findByRole('heading', { name: 'q.mp4' })).toBeInTheDocument();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Caption' })).toHaveValue('');
    await waitFor(() => expect(backend.posts.get('p')?.settings.caption).toBe('first'));
    expect(button('Next draft')).toBeDisabled();
    await user.click(button('Previous draft'));
    expect(await screen.findByRole('heading', { name: 'p.mp4' })).toBeInTheDocument();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Caption' })).toHaveValue('first');
  });
});

test('a file that TikTok would reject cannot be posted', async () => {
  await composeKnown({
    world: {
      posts: [
        post('p', {
          settings: { accountId: 'ada', privacy: 'SELF_ONLY' },
          findings: [
            {
              rule: 'frame_rate_high',
              severity: 'blocks',
              notice: notice('fps', 'The frame rate is 120 fps.'),
            },
          ],
        }),
      ],
    },
  });
  expect(screen.getByText('The frame rate is 120 fps.')).toBeInTheDocument();
  expect(button('Post')).toBeDisabled();
});
