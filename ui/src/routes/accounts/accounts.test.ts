/** Tests of the accounts page: permissions, reconnecting and disconnecting. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const card = (name: string) => within(within(screen.getByRole('main')).getByRole('listitem', { name }));
const openAccounts = (accounts = [ada], failing = {}) => open({ accounts, failing }, { page: 'accounts' });

test('a missing scope shows its effect', async () => {
  await openAccounts([account('bo', { displayName: 'Bo', scopes: ['user.info.basic', 'video.upload'] })]);
  expect(card('Bo').getByText('Videos can only go to the inbox.', { exact: false })).toBeInTheDocument();
  expect(card('Bo').getAllByLabelText('Allowed')).toHaveLength(2);
  expect(card('Bo').getAllByLabelText('Not allowed')).toHaveLength(1);
});

test('a missing scope can be granted', async () => {
  const { user, backend } = await openAccounts([
    account('bo', { displayName: 'Bo', scopes: ['user.info.basic', 'video.upload'] }),
  ]);
  await user.click(card('Bo').getByRole('button', { name: 'Allow direct posts…' }));
  expect(await screen.findByText(/Sign in as Bo.*leave every box ticked/)).toBeInTheDocument();
  expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'grantMore', accountId: 'bo' } });
});

test('an account with all scopes offers nothing to grant', async () => {
  await openAccounts();
  expect(card('Ada').queryByRole('button', { name: /^Allow/ })).not.toBeInTheDocument();
  expect(card('Ada').queryByLabelText('Not allowed')).not.toBeInTheDocument();
});

test('an account with an expired sign-in can be reconnected', async () => {
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

test('a sign-in that expires soon shows a warning and can be renewed', async () => {
  const { user, backend } = await openAccounts([
    account('siv', { displayName: 'Siv', ending: notice('account.ends_in_3', 'It ends in 3 days.') }),
  ]);
  expect(card('Siv').getByText('Ends soon')).toBeInTheDocument();
  expect(card('Siv').getByText('It ends in 3 days.')).toBeInTheDocument();
  await user.click(card('Siv').getByRole('button', { name: 'Reconnect now' }));
  expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'reconnect', accountId: 'siv' } });
});

test('disconnecting needs a confirmation', async () => {
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

test('a failed disconnect keeps the account and shows the reason', async () => {
  const { user } = await openAccounts([ada], { disconnect: notice('busy', 'An upload is running.') });
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect account' }));
  expect(await screen.findByText('An upload is running.')).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(card('Ada').getByText('Connected')).toBeInTheDocument();
});

test('the list updates on an account event', async () => {
  const { backend } = await openAccounts();
  backend.accounts = [{ ...ada, state: 'reconnectNeeded' }];
  await backend.send({ kind: 'accountsChanged' });
  expect(await card('Ada').findByText('Reconnect needed')).toBeInTheDocument();
});

test('the confirmation explains the effect on the posts', async () => {
  const forAda = { accountName: 'Ada', settings: { accountId: 'ada' } };
  const { user } = await open(
    {
      accounts: [ada],
      posts: [
        post('draft', forAda),
        post('queued', { ...forAda, state: { kind: 'queued' } }),
        post('uploading', { ...forAda, state: { kind: 'uploading' } }),
        post('published', { ...forAda, state: { kind: 'published' } }),
        post('other', { state: { kind: 'queued' } }),
      ],
    },
    { page: 'accounts' },
  );
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText(/^2 unfinished posts are for this account/)).toBeInTheDocument();
  expect(screen.getByText(/Slipway deletes the tokens now and informs TikTok later/)).toBeInTheDocument();
});

test('pending revocations are listed until TikTok has received them', async () => {
  const { backend } = await open(
    { accounts: [ada], revocations: [{ accountName: 'Bo', since: '2026-11-23T10:00:00Z' }] },
    { page: 'accounts' },
  );
  expect(screen.getByText('Bo: Slipway informs TikTok as soon as it can reach it.')).toBeInTheDocument();
  backend.revocations = [];
  await backend.send({ kind: 'accountsChanged' });
  await waitFor(() => expect(screen.queryByText(/Slipway informs TikTok/)).not.toBeInTheDocument());
});
