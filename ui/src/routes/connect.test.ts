/** Connecting an account: the wait for the browser and every way it can end. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice, setupOf } from '$lib/testing/fixtures';

const dialog = (name = 'Waiting for your browser') => screen.findByRole('dialog', { name });
const firstConnect = () => screen.getAllByRole('button', { name: 'Connect account' })[0] as HTMLElement;

async function connecting() {
  const opened = await open();
  await opened.user.click(firstConnect());
  return { ...opened, dialog: within(await dialog()) };
}

describe('connecting', () => {
  test('waits, can open the browser again and copy the link', async () => {
    const { user, backend, dialog } = await connecting();
    await user.click(dialog.getByRole('button', { name: 'Open the browser again' }));
    expect(backend.last('reopen_connect')).toEqual({ attemptId: 'attempt-1' });
    await user.click(dialog.getByRole('button', { name: 'Copy the link' }));
    expect(backend.last('copy_connect_link')).toEqual({ attemptId: 'attempt-1' });
    expect(await screen.findByText('Link copied')).toBeTruthy();
  });

  test('ends with the account', async () => {
    const { backend } = await connecting();
    backend.accounts.push(account('ada', { displayName: 'Ada' }));
    await backend.finishConnect('attempt-1', { kind: 'connected', accountId: 'ada', displayName: 'Ada' });
    expect(await screen.findByText('Ada is connected')).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(
      within(await screen.findByRole('list', { name: 'Connected accounts' })).getByText('Ada'),
    ).toBeTruthy();
  });

  test('fails with a reason in three parts, and can be tried again', async () => {
    const { backend, user } = await connecting();
    const why = notice('denied', 'TikTok refused the sign-in.');
    await backend.finishConnect('attempt-1', { kind: 'failed', notice: why });
    const failed = within(await dialog('The account was not connected'));
    for (const part of [why.happened, why.slipway]) expect(failed.getByText(part)).toBeTruthy();
    expect(failed.getByText(why.you, { exact: false })).toBeTruthy();
    await user.click(failed.getByRole('button', { name: 'Connect account' }));
    await dialog();
    expect(backend.count('begin_connect')).toBe(2);
  });

  test.each(['Cancel', 'Escape'])('can be given up with %s', async (way) => {
    const { backend, user, dialog } = await connecting();
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(backend.last('cancel_connect')).toEqual({ attemptId: 'attempt-1' });
  });

  test('ignores the end of another attempt', async () => {
    const { backend } = await connecting();
    await backend.finishConnect('attempt-0', { kind: 'failed', notice: notice('old') });
    expect(screen.getByRole('dialog', { name: 'Waiting for your browser' })).toBeTruthy();
  });

  test('that cannot begin says why', async () => {
    const { user } = await open({ failing: { begin_connect: notice('port', 'No port is free.') } });
    await user.click(firstConnect());
    expect(within(await dialog('The account was not connected')).getByText('No port is free.')).toBeTruthy();
  });

  test('without a TikTok app leads to where it is entered', async () => {
    const { user, backend } = await open({
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ clientKey: null, hasSecret: false }),
    });
    await user.click(firstConnect());
    expect(await screen.findByRole('heading', { name: 'Your TikTok app' })).toBeTruthy();
    expect(backend.count('begin_connect')).toBe(0);
  });
});
