/** The accounts page: what each account may do, reconnecting and disconnecting. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const card = (name: string) => within(within(screen.getByRole('main')).getByRole('listitem', { name }));
const openAccounts = (accounts = [ada], failing = {}) => open({ accounts, failing }, { page: 'accounts' });

test('a missing scope says what it disables', async () => {
  await openAccounts([
    account('bo', { displayName: 'Bo', canDirectPost: false, scopes: ['user.info.basic', 'video.upload'] }),
  ]);
  expect(card('Bo').getByText('Videos can only go to the inbox.', { exact: false })).toBeTruthy();
  expect(card('Bo').getAllByLabelText('Allowed')).toHaveLength(2);
  expect(card('Bo').getAllByLabelText('Not allowed')).toHaveLength(1);
});

test('an account whose sign-in ended can be reconnected', async () => {
  const { user, backend } = await openAccounts([
    account('cy', { displayName: 'Cy', state: 'reconnectNeeded' }),
  ]);
  expect(card('Cy').getByText('Reconnect needed')).toBeTruthy();
  await user.click(card('Cy').getByRole('button', { name: 'Reconnect' }));
  expect(await screen.findByRole('dialog', { name: 'Waiting for your browser' })).toBeTruthy();
  expect(backend.count('begin_connect')).toBe(1);
});

test('disconnecting asks first', async () => {
  const { user, backend } = await openAccounts();
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Disconnect Ada?' }));
  await user.click(dialog.getByRole('button', { name: 'Keep it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(backend.count('disconnect')).toBe(0);

  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect account' }));
  expect(await screen.findByText('Ada is disconnected')).toBeTruthy();
  expect(backend.last('disconnect')).toEqual({ accountId: 'ada' });
  expect(screen.getByRole('heading', { name: 'No account yet' })).toBeTruthy();
});

test('a disconnect that fails keeps the account and says why', async () => {
  const { user } = await openAccounts([ada], { disconnect: notice('busy', 'An upload is running.') });
  await user.click(card('Ada').getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect account' }));
  expect(await screen.findByText('An upload is running.')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(card('Ada').getByText('Connected')).toBeTruthy();
});

test('an account that changes behind the window is shown as it is', async () => {
  const { backend } = await openAccounts();
  backend.accounts = [{ ...ada, state: 'reconnectNeeded' }];
  await backend.send({ kind: 'accountsChanged' });
  expect(await card('Ada').findByText('Reconnect needed')).toBeTruthy();
});
