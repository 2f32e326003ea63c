/** Tests of the folder form: the choices, TikTok's form for direct posts, and the creator's agreement. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { Folder, FolderSettings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, creator, notice, settings as undecided } from '$lib/testing/fixtures';
import { folder } from '$lib/testing/folders';

const ada = account('ada', { displayName: 'Ada' });
const bo = account('bo', { displayName: 'Bo', username: 'bo.sails' });
const inboxOnly = account('cy', { displayName: 'Cy', canDirectPost: false });

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const radio = (name: string) => screen.getByRole('radio', { name });
const box = (name: string | RegExp) => screen.getByRole('checkbox', { name });
const audience = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Who can see this video' });
const audiences = () =>
  within(audience())
    .getAllByRole<HTMLOptionElement>('option')
    .slice(1)
    .map(({ text }) => text);
const agreement = () => screen.queryByRole('group', { name: 'Your agreement' });
const agree = () => within(agreement() as HTMLElement).getByRole('checkbox');
const on = (element: HTMLElement) => element.getAttribute('aria-checked');

/** Opens the form for a new folder. */
async function add(world: World = {}) {
  const opened = await open({ accounts: [ada], ...world }, { page: 'folders' });
  const [first] = screen.getAllByRole('button', { name: 'Add folder' });
  await opened.user.click(first as HTMLElement);
  await screen.findByRole('heading', { name: 'Watch a folder' });
  const sent = () => opened.backend.last('add_folder') as { settings: FolderSettings; consent: boolean };
  return { ...opened, sent };
}

/** Opens the form for a watched folder. */
async function edit(settings: FolderSettings, parts: Partial<Folder> = {}, world: World = {}) {
  const opened = await open(
    {
      accounts: [ada, bo],
      folders: [{ ...folder('exports', { settings: { accounts: ['ada'], ...settings } }), ...parts }],
      ...world,
    },
    { page: 'edit-folder', id: 'exports' },
  );
  await screen.findByRole('heading', { name: 'Edit exports' });
  const sent = () => opened.backend.last('update_folder') as { settings: FolderSettings; consent: boolean };
  return { ...opened, sent };
}

describe('a new folder', () => {
  test('can be added with one click if there is one account', async () => {
    const { user, sent } = await add();
    expect(on(box('Ada'))).toBe('true');
    expect(on(radio('Prepare for my approval'))).toBe('true');
    await user.click(button('Watch this folder'));
    await waitFor(() =>
      expect(sent()).toEqual({
        path: '/home/mira/Exports',
        consent: false,
        settings: {
          accounts: ['ada'],
          action: 'approve',
          post: undecided,
          when: { kind: 'atOnce' },
          caption: { kind: 'fileName' },
          hashtags: [],
          subfolders: 'ignore',
          after: 'leave',
        },
      }),
    );
    expect(await screen.findByText('Slipway now watches Exports')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Exports' })).toBeInTheDocument();
  });

  test('preselects none of several accounts', async () => {
    const { user, sent } = await add({ accounts: [ada, bo] });
    expect(button('Watch this folder')).toBeDisabled();
    expect(screen.getByText('Choose at least one account.')).toBeInTheDocument();
    await user.click(box('Bo'));
    await user.click(box('Ada'));
    await user.click(button('Watch this folder'));
    await waitFor(() => expect(sent().settings.accounts).toEqual(['ada', 'bo']));
  });

  test.each([
    [{ videos: 12, otherFiles: 3 }, /^12 videos are already there\. Slipway ignores them.*3 other files/],
    [{ videos: 1 }, /^1 video is already there/],
    [{}, /No videos yet/],
  ])('shows the current contents: %j', async (folderPreview, text) => {
    await add({ folderPreview });
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  test('on a network drive shows that it is scanned', async () => {
    await add({ folderPreview: { network: true } });
    expect(await screen.findByText(/The folder is on a network drive/)).toBeInTheDocument();
  });

  test('shows why it cannot be watched and offers another one', async () => {
    const { backend, user } = await add({
      failing: { preview_folder: notice('folder.watched', 'This folder is watched already.') },
    });
    expect(await screen.findByText('This folder is watched already.')).toBeInTheDocument();
    expect(button('Watch this folder')).toBeDisabled();
    await user.click(button('Choose another'));
    expect(backend.count('pick_folder')).toBe(2);
  });

  test('keeps every choice and shows the reason of a refusal', async () => {
    const { user } = await add({ failing: { add_folder: notice('full', 'Too many folders.') } });
    await user.click(radio('Send to my TikTok inbox'));
    await user.click(button('Watch this folder'));
    expect(await screen.findByText('Too many folders.')).toBeInTheDocument();
    expect(on(radio('Send to my TikTok inbox'))).toBe('true');
  });

  test('offers to connect the first account', async () => {
    const { backend, user } = await add({ accounts: [] });
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Connect account' }));
    await waitFor(() => expect(backend.count('begin_connect')).toBe(1));
  });

  test('is cleared by a reload of the window', async () => {
    await open({ accounts: [ada] }, { page: 'add-folder' });
    expect(await screen.findByRole('heading', { name: 'Folders' })).toBeInTheDocument();
  });
});

test('the inbox needs accounts that allow it', async () => {
  const { user } = await add({ accounts: [account('di', { displayName: 'Di', canInbox: false })] });
  await user.click(radio('Send to my TikTok inbox'));
  expect(screen.getByText('Di did not allow inbox drafts.')).toBeInTheDocument();
  expect(button('Watch this folder')).toBeDisabled();
});

describe('the time of the posts', () => {
  test('can be the next free slot, with a warning for accounts without slots', async () => {
    const { user, sent } = await add({
      accounts: [ada, bo],
      slots: { ada: [{ weekday: 'monday', time: '18:00' }] },
    });
    await user.click(box('Ada'));
    await user.click(box('Bo'));
    await user.click(radio('Next free slot'));
    expect(await screen.findByText(/No weekly slots yet: Bo\./)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Add weekly slots' })).toHaveAttribute('href', '#/accounts/bo');
    await user.click(button('Watch this folder'));
    await waitFor(() => expect(sent().settings.when).toEqual({ kind: 'nextSlot' }));
  });

  test('can be a daily time, which is required', async () => {
    const { user, sent } = await add();
    await user.click(radio('Daily at a time'));
    const time = screen.getByLabelText('Time of day');
    await user.clear(time);
    expect(screen.getByText('Choose a time of day.')).toBeInTheDocument();
    await user.type(time, '07:30');
    await user.click(button('Watch this folder'));
    await waitFor(() => expect(sent().settings.when).toEqual({ kind: 'dailyAt', time: '07:30' }));
  });
});

describe('the caption', () => {
  const preview = () => screen.getByRole('status', { name: 'Preview' }).textContent.trim();

  test('previews a template and inserts placeholders at the cursor', async () => {
    const { user, sent } = await add();
    await waitFor(() => expect(preview()).toBe('harbour morning'));
    await user.click(radio('Template'));
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Template' });
    await user.clear(field);
    await user.type(field, 'Day ');
    await user.click(button('Number {n}'));
    expect(field).toHaveFocus();
    await user.keyboard(': ');
    await user.click(button('File name {name}'));
    await waitFor(() => expect(preview()).toBe('Day 1: harbour morning'));
    await user.click(button('Watch this folder'));
    await waitFor(() =>
      expect(sent().settings.caption).toEqual({ kind: 'template', template: 'Day {n}: {name}' }),
    );
  });

  test('refuses a template with an unknown placeholder', async () => {
    const { user } = await edit({ caption: { kind: 'template', template: '{name}' } });
    await user.type(screen.getByRole('textbox', { name: 'Template' }), ' {{nmae}');
    expect((await screen.findByRole('alert')).textContent).toMatch(/{nmae} is no placeholder/);
    expect(button('Save changes')).toBeDisabled();
  });

  test('refuses an empty template', async () => {
    const { user } = await edit({ caption: { kind: 'template', template: '{name}' } });
    await user.clear(screen.getByRole('textbox', { name: 'Template' }));
    expect(await screen.findByText('Write the caption template.')).toBeInTheDocument();
  });

  test('ends with the hashtags, with or without # and commas', async () => {
    const { user, sent } = await add();
    await user.type(
      screen.getByRole('textbox', { name: 'Hashtags after every caption' }),
      'boats, #slow #boats',
    );
    await waitFor(() => expect(preview()).toBe('harbour morning #boats #slow'));
    await user.click(button('Watch this folder'));
    await waitFor(() => expect(sent().settings.hashtags).toEqual(['boats', 'slow']));
  });

  test.each([
    ['Text file next to it', 'harbour_morning.txt belongs to harbour_morning.mp4.'],
    ['JSON file next to it', 'harbour_morning.json belongs to harbour_morning.mp4.'],
  ])('from a "%s" names the file', async (name, text) => {
    const { user } = await add();
    await user.click(radio(name));
    expect(screen.getByText(text)).toBeInTheDocument();
    expect(screen.queryByRole('status', { name: 'Preview' })).not.toBeInTheDocument();
  });
});

describe('subfolders for accounts', () => {
  test('list the account of each name', async () => {
    const { user, backend, sent } = await edit(
      {},
      {},
      {
        folderPreview: {
          subfolders: [
            { name: '@bo.sails', accountId: 'bo' },
            { name: 'raw', accountId: null },
          ],
        },
      },
    );
    await user.click(radio('One subfolder for each account'));
    const table = within(await screen.findByRole('table', { name: 'Accounts of the subfolders' }));
    const rows = table
      .getAllByRole('row')
      .map((row) => [...row.children].map((cell) => cell.textContent.trim()));
    expect(rows).toEqual([
      ['Subfolder', 'Account'],
      ['@bo.sails', 'Bo'],
      ['raw', 'Matches no chosen account. Slipway skips its videos.'],
    ]);
    const calls = backend.count('preview_folder');
    await user.click(box('Bo'));
    await waitFor(() => expect(backend.count('preview_folder')).toBe(calls + 1));
    await user.click(radio('Move it to “Posted”'));
    await user.click(button('Save changes'));
    await waitFor(() =>
      expect(sent().settings).toMatchObject({ subfolders: 'perAccount', after: 'moveToPosted' }),
    );
  });
});

describe('direct posts', () => {
  const creators = [
    creator('ada', { nickname: 'Ada' }),
    creator('bo', {
      nickname: 'Bo',
      privacyOptions: ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
      duetDisabled: true,
    }),
  ];

  async function direct(world: World = {}) {
    const opened = await add({ creators, ...world });
    await opened.user.click(radio('Post directly'));
    return opened;
  }

  test('show TikTok’s form without preselection and need an agreement', async () => {
    const { user, sent } = await direct();
    await waitFor(() => expect(audience()).toBeEnabled());
    expect(audience()).toHaveValue('');
    for (const name of ['Comment', 'Duet', 'Stitch', 'Disclose commercial content', 'AI-generated content']) {
      expect(on(screen.getByRole('switch', { name }))).toBe('false');
    }
    expect(screen.getByText('Choose who can see the videos.')).toBeInTheDocument();
    await user.selectOptions(audience(), 'Everyone');
    expect(screen.getByText('Agree to direct posts from this folder.')).toBeInTheDocument();
    expect(button('Watch this folder')).toBeDisabled();
    expect(agree().getAttribute('aria-label')).toMatch(/every new video of this folder directly to Ada/);
    expect(screen.getByText(/at any time/)).toBeInTheDocument();
    await user.click(agree());
    await user.click(button('Watch this folder'));
    await waitFor(() =>
      expect(sent()).toMatchObject({
        consent: true,
        settings: { action: 'direct', post: { mode: 'direct', privacy: 'PUBLIC_TO_EVERYONE' } },
      }),
    );
  });

  test('show the declaration before the button', async () => {
    const { user } = await direct();
    const declaration = () => screen.getByText(/^By posting, you agree to TikTok's/);
    expect(
      within(declaration())
        .getAllByRole('link')
        .map(({ textContent }) => textContent),
    ).toEqual(['Music Usage Confirmation']);
    await user.click(screen.getByRole('switch', { name: 'Disclose commercial content' }));
    expect(screen.getByText(/You need to indicate/)).toBeInTheDocument();
    await user.click(box('Branded content'));
    expect(
      within(declaration())
        .getAllByRole('link')
        .map(({ textContent }) => textContent),
    ).toEqual(['Branded Content Policy', 'Music Usage Confirmation']);
  });

  test('cannot be branded content for "Only me"', async () => {
    const { user } = await direct();
    await waitFor(() => expect(audience()).toBeEnabled());
    await user.selectOptions(audience(), 'Only me');
    await user.click(screen.getByRole('switch', { name: 'Disclose commercial content' }));
    expect(box('Branded content')).toBeDisabled();
  });

  test('of several accounts offer their common options', async () => {
    const { user } = await direct({ accounts: [ada, bo] });
    await user.click(box('Ada'));
    await waitFor(() => expect(audience()).toBeEnabled());
    expect(audiences()).toEqual(['Everyone', 'Friends', 'Only me']);
    await user.selectOptions(audience(), 'Everyone');
    await user.click(screen.getByRole('switch', { name: 'Duet' }));
    await user.click(box('Bo'));
    await waitFor(() => expect(audiences()).toEqual(['Friends', 'Only me']));
    expect(audience()).toHaveValue('');
    expect(screen.getByText(/TikTok no longer offers the audience/)).toBeInTheDocument();
    expect(on(screen.getByRole('switch', { name: 'Duet' }))).toBe('false');
    expect(screen.getByRole('switch', { name: 'Duet' })).toBeDisabled();
    expect(screen.getByText('Posting as').parentElement?.textContent).toContain('Ada and Bo');
  });

  test('are impossible for accounts without a common audience', async () => {
    const apart = [
      creator('ada', { privacyOptions: ['PUBLIC_TO_EVERYONE'] }),
      creator('bo', { privacyOptions: ['SELF_ONLY'] }),
    ];
    const { user } = await direct({ accounts: [ada, bo], creators: apart });
    await user.click(box('Ada'));
    await user.click(box('Bo'));
    expect(await screen.findByText(/No audience is available to all of these accounts/)).toBeInTheDocument();
  });

  test('are impossible for an account without the scope', async () => {
    await direct({ accounts: [inboxOnly] });
    expect(screen.getByText('Cy did not allow direct posts.')).toBeInTheDocument();
    expect(button('Watch this folder')).toBeDisabled();
  });

  test('need the options from TikTok, which can be queried again', async () => {
    const { backend, user } = await direct({ failing: { creator: notice('offline', 'No answer.') } });
    expect(await screen.findByText('No answer.')).toBeInTheDocument();
    expect(screen.getByText('Slipway does not know yet what Ada may post.')).toBeInTheDocument();
    backend.failing = {};
    await user.click(button('Ask TikTok again'));
    await waitFor(() => expect(audience()).toBeEnabled());
    expect(screen.queryByText('No answer.')).not.toBeInTheDocument();
  });

  test('need a new agreement after a change of the terms', async () => {
    const { user } = await direct();
    await waitFor(() => expect(audience()).toBeEnabled());
    await user.selectOptions(audience(), 'Everyone');
    await user.click(agree());
    expect(button('Watch this folder')).toBeEnabled();
    await user.click(screen.getByRole('switch', { name: 'Comment' }));
    expect(on(agree())).toBe('false');
    expect(button('Watch this folder')).toBeDisabled();
    // The viewers do not see the action on the file, so it is not part of the terms.
    await user.click(agree());
    await user.click(radio('Tag the file'));
    expect(on(agree())).toBe('true');
  });

  describe('with an earlier agreement', () => {
    const post = { ...undecided, privacy: 'SELF_ONLY' };
    const consentedAt = '2026-11-12T17:30:00Z';

    test('need no new agreement without a change', async () => {
      const { user, sent } = await edit({ action: 'direct', post }, { consentedAt }, { creators });
      expect(screen.getByText(/You agreed to these choices on 12 November 2026/)).toBeInTheDocument();
      expect(agreement()).not.toBeInTheDocument();
      await user.click(radio('Tag the file'));
      await waitFor(() => expect(button('Save changes')).toBeEnabled());
      await user.click(button('Save changes'));
      await waitFor(() => expect(sent()).toMatchObject({ consent: false, settings: { after: 'tag' } }));
      expect(await screen.findByText('Changes to exports saved')).toBeInTheDocument();
    });

    test.each([
      [
        'another audience',
        async (user: Awaited<ReturnType<typeof edit>>['user']) => {
          await waitFor(() => expect(audience()).toBeEnabled());
          await user.selectOptions(audience(), 'Friends');
        },
      ],
      ['one more account', async (user: Awaited<ReturnType<typeof edit>>['user']) => user.click(box('Bo'))],
      [
        'another caption',
        async (user: Awaited<ReturnType<typeof edit>>['user']) => user.click(radio('Template')),
      ],
      [
        'subfolders too',
        async (user: Awaited<ReturnType<typeof edit>>['user']) => user.click(radio('Watch them too')),
      ],
    ])('need a new agreement with %s', async (_name, change) => {
      const { user } = await edit({ action: 'direct', post }, { consentedAt }, { creators });
      await change(user);
      expect(on(agree())).toBe('false');
      await waitFor(() =>
        expect(screen.getByText('Agree to direct posts from this folder.')).toBeInTheDocument(),
      );
    });

    test('need an agreement if none is stored', async () => {
      await edit({ action: 'direct', post }, { consentedAt: null }, { creators });
      expect(on(agree())).toBe('false');
    });
  });

  test('lose their settings when the folder switches to approval', async () => {
    const { user, sent } = await edit(
      { action: 'direct', post: { ...undecided, privacy: 'SELF_ONLY' } },
      {},
      { creators },
    );
    await user.click(radio('Prepare for my approval'));
    expect(agreement()).not.toBeInTheDocument();
    await user.click(button('Save changes'));
    await waitFor(() => expect(sent()).toMatchObject({ consent: false, settings: { post: undecided } }));
  });
});
