/** Tests of the accounts page: permissions, reconnecting and disconnecting. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const card = (name: string) => within(within(screen.getByRole('main')).getByRole('listitem', { name }));
const openAccounts = (accounts = [ada], failing = {}) => open({ accounts, failing }, { page: 'accounts' });

test('a missing scope says what it disables', async () => {
  await openAccounts([account('bo', { displayName: 'Bo', scopes: ['user.info.basic', 'video.upload'] })]);
  expect(card('Bo').getByText('Videos can only go to the inbox.', { exact: false })).toBeInTheDocument();
  expect(card('Bo').getAllByLabelText('Allowed')).toHaveLength(2);
  expect(card('Bo').getAllByLabelText('Not allowed')).toHaveLength(1);
});

test('more can be granted', async () => {
  const { user, backend } = await openAccounts([
    account('bo', { displayName: 'Bo', scopes: ['user.info.basic', 'video.upload'] }),
  ]);
  await user.click(card('Bo').getByRole('button', { name: 'Allow direct posts…' }));
  expect(await screen.findByText(/Sign in as Bo.*leave every box ticked/)).toBeInTheDocument();
  expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'grantMore', accountId: 'bo' } });
});

test('where nothing is missing there is nothing more to grant', async () => {
  await openAccounts();
  expect(card('Ada').queryByRole('button', { name: /^Allow/ })).not.toBeInTheDocument();
  expect(card('Ada').queryByLabelText('Not allowed')).not.toBeInTheDocument();
});

test('an account whose sign-in ended can be reconnected', async () => {
  const { user, backend } = await openAccounts([
    account('cy', {
      displayName: 'Cy',
      state: 'reconnectNeeded',
      reconnect: notice('account.removed', 'The access was taken back.'),
    }),
  ]);
  expect(card('Cy').getByText('Reconnect needed')).toBeInTheDocument();
  expect(card('Cy').getByText('The access was taken back.')).toBeInTheDocument();
  await user.click(card('Cy').getByRole('button', { name: 'Reconnect' }));
  expect(await screen.findByRole('dialog', { name: 'Waiting for your browser' })).toBeInTheDocument();
  expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'reconnect', accountId: 'cy' } });
});

test('a sign-in that ends soon says so and can be renewed at once', async () => {
  const { user, backend } = await openAccounts([
    account('siv', { displayName: 'Siv', ending: notice('account.ends_in_3', 'It ends in 3 days.') }),
  ]);
  expect(card('Siv').getByText('Ends soon')).toBeInTheDocument();
  expect(card('Siv').getByText('It ends in 3 days.')).toBeInTheDocument();
  await user.click(card('Siv').getByRole('button', { name: 'Reconnect now' }));
  expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'reconnect', accountId: 'siv' } });
});

test('disconnecting asks first', async () => {
  const { user, backend } = await openAccounts();
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Disconnect Ada?' }));
  await user.click(dialog.getByRole('button', { name: 'Keep it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(backend.count('disconnect')).toBe(0);

  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect account' }));
  expect(await screen.findByText('Ada is disconnected')).toBeInTheDocument();
  expect(backend.last('disconnect')).toEqual({ accountId: 'ada' });
  expect(screen.getByRole('heading', { name: 'No account yet' })).toBeInTheDocument();
});

test('a disconnect that fails keeps the account and says why', async () => {
  const { user } = await openAccounts([ada], { disconnect: notice('busy', 'An upload is running.') });
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect account' }));
  expect(await screen.findByText('An upload is running.')).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(card('Ada').getByText('Connected')).toBeInTheDocument();
});

test('an account that changes behind the window is shown as it is', async () => {
  const { backend } = await openAccounts();
  backend.accounts = [{ ...ada, state: 'reconnectNeeded' }];
  await backend.send({ kind: 'accountsChanged' });
  expect(await card('Ada').findByText('Reconnect needed')).toBeInTheDocument();
});

test('a disconnect says what becomes of the posts', async () => {
  const meant = { accountName: 'Ada', settings: { accountId: 'ada' } };
  const { user } = await open(
    {
      accounts: [ada],
      posts: [
        post('draft', meant),
        post('queued', { ...meant, state: { kind: 'queued' } }),
        post('uploading', { ...meant, state: { kind: 'uploading' } }),
        post('published', { ...meant, state: { kind: 'published' } }),
        post('other', { state: { kind: 'queued' } }),
      ],
    },
    { page: 'accounts' },
  );
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText(/^2 unfinished posts are for this account/)).toBeInTheDocument();
  expect(screen.getByText(/Slipway deletes the tokens now and informs TikTok later/)).toBeInTheDocument();
});

test('what TikTok must still be told is listed, until it was', async () => {
  const { backend } = await open(
    { accounts: [ada], revocations: [{ accountName: 'Bo', since: '2026-11-23T10:00:00Z' }] },
    { page: 'accounts' },
  );
  expect(screen.getByText('Bo: Slipway informs TikTok as soon as it can reach it.')).toBeInTheDocument();
  backend.revocations = [];
  await backend.send({ kind: 'accountsChanged' });
  await waitFor(() => expect(screen.queryByText(/TikTok will be told/)).not.toBeInTheDocument());
});
