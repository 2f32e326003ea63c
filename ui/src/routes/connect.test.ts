/** Tests of connecting an account: the wait for the browser and every outcome. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice, setupOf } from '$lib/testing/fixtures';
import { formatNotice } from '$lib/texts';

const dialog = (name = 'Waiting for your browser') => screen.findByRole('dialog', { name });
const firstConnect = () => screen.getAllByRole('button', { name: 'Connect account' })[0] as HTMLElement;

async function connecting() {
  const opened = await open();
  await opened.user.click(firstConnect());
  return { ...opened, dialog: within(await dialog()) };
}

describe('connecting', () => {
  test('can open the browser again and copy the link', async () => {
    const { user, backend, dialog } = await connecting();
    await user.click(dialog.getByRole('button', { name: 'Open the browser again' }));
    expect(backend.last('reopen_connect')).toEqual({ attemptId: 'attempt-1' });
    await user.click(dialog.getByRole('button', { name: 'Copy the link' }));
    expect(backend.last('copy_connect_link')).toEqual({ attemptId: 'attempt-1' });
    expect(await screen.findByText('Link copied')).toBeInTheDocument();
  });

  test('adds the account', async () => {
    const { backend } = await connecting();
    backend.accounts.push(account('ada', { displayName: 'Ada' }));
    await backend.finishConnect('attempt-1', { kind: 'connected', accountId: 'ada', displayName: 'Ada' });
    expect(await screen.findByText('Ada is connected')).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(
      within(await screen.findByRole('list', { name: 'Connected accounts' })).getByText('Ada'),
    ).toBeInTheDocument();
  });

  test('shows the three parts of a failure and can be retried', async () => {
    const { backend, user } = await connecting();
    const why = notice('denied', 'TikTok refused the sign-in.');
    await backend.finishConnect('attempt-1', { kind: 'failed', notice: why });
    const failed = within(await dialog('The account was not connected'));
    const text = formatNotice(why);
    for (const part of [text.happened, text.slipway]) expect(failed.getByText(part)).toBeInTheDocument();
    expect(failed.getByText(text.you, { exact: false })).toBeInTheDocument();
    await user.click(failed.getByRole('button', { name: 'Connect account' }));
    await dialog();
    expect(backend.count('begin_connect')).toBe(2);
  });

  test('can be cancelled', async () => {
    const { backend, user, dialog } = await connecting();
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(backend.last('cancel_connect')).toEqual({ attemptId: 'attempt-1' });
    expect(screen.queryByRole('button', { name: 'Waiting for your browser' })).not.toBeInTheDocument();
  });

  test.each(['Keep working', 'Escape'])('continues when the dialog is hidden by %s', async (way) => {
    const { backend, user, dialog: shown } = await connecting();
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(shown.getByRole('button', { name: way }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(backend.count('cancel_connect')).toBe(0);
    await user.click(screen.getByRole('button', { name: 'Waiting for your browser' }));
    await dialog();
    await user.keyboard('{Escape}');
    await backend.finishConnect('attempt-1', { kind: 'connected', accountId: 'ada', displayName: 'Ada' });
    expect(await screen.findByText('Ada is connected')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Waiting for your browser' })).not.toBeInTheDocument();
  });

  test('ignores the outcome of an older attempt', async () => {
    const { backend } = await connecting();
    await backend.finishConnect('attempt-0', { kind: 'failed', notice: notice('old') });
    expect(screen.getByRole('dialog', { name: 'Waiting for your browser' })).toBeInTheDocument();
  });

  test('shows the reason if it cannot start', async () => {
    const { user } = await open({ failing: { begin_connect: notice('port', 'No port is free.') } });
    await user.click(firstConnect());
    expect(
      within(await dialog('The account was not connected')).getByText('No port is free.'),
    ).toBeInTheDocument();
  });

  test('opens the TikTok app page if no app is set', async () => {
    const { user, backend } = await open({
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ clientKey: null, hasSecret: false }),
    });
    await user.click(firstConnect());
    expect(await screen.findByRole('heading', { name: 'Your TikTok app' })).toBeInTheDocument();
    expect(backend.count('begin_connect')).toBe(0);
  });
});

describe('several attempts at once', () => {
  const lost = account('cy', { displayName: 'Cy', label: 'Shop', state: 'reconnectNeeded' });

  async function two() {
    const opened = await open({ accounts: [lost] }, { page: 'accounts' });
    await opened.user.click(screen.getByRole('button', { name: 'Reconnect' }));
    await dialog();
    await opened.user.keyboard('{Escape}');
    await opened.user.click(firstConnect());
    const shown = within(await dialog());
    return { ...opened, shown, page: (name: string) => within(shown.getByRole('listitem', { name })) };
  }

  test('are listed separately with their own buttons', async () => {
    const { backend, user, page } = await two();
    expect(
      backend.calls.filter(({ command }) => command === 'begin_connect').map(({ args }) => args),
    ).toEqual([{ purpose: { kind: 'reconnect', accountId: 'cy' } }, { purpose: { kind: 'new' } }]);
    await user.click(page('Reconnect Shop · Cy').getByRole('button', { name: 'Copy the link' }));
    expect(backend.last('copy_connect_link')).toEqual({ attemptId: 'attempt-1' });
    await user.click(page('Another account').getByRole('button', { name: 'Cancel' }));
    expect(backend.last('cancel_connect')).toEqual({ attemptId: 'attempt-2' });
    // The dialog again shows only the remaining attempt.
    await waitFor(() =>
      expect(within(screen.getByRole('dialog')).queryByRole('listitem')).not.toBeInTheDocument(),
    );
    expect(screen.getByText(/Sign in as Shop · Cy/)).toBeInTheDocument();
  });

  test('end independently', async () => {
    const { backend, user } = await two();
    await backend.finishConnect('attempt-2', { kind: 'failed', notice: notice('x', 'It was refused.') });
    const failed = within(await dialog('The account was not connected'));
    await user.click(failed.getByRole('button', { name: 'Close' }));
    await dialog();
    await backend.finishConnect('attempt-1', { kind: 'connected', accountId: 'cy', displayName: 'Cy' });
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(await screen.findByText('Cy is connected')).toBeInTheDocument();
  });

  test('for the same account become one', async () => {
    const { backend, user } = await two();
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Reconnect' }));
    await dialog();
    expect(backend.count('begin_connect')).toBe(2);
    expect(backend.last('reopen_connect')).toEqual({ attemptId: 'attempt-1' });
  });
});

describe('a different creator than expected', () => {
  const ada = account('ada', { displayName: 'Ada', state: 'reconnectNeeded' });

  async function agreedAsBo(connectedAlready = false, failing = {}) {
    const opened = await open({ accounts: [ada], failing }, { page: 'accounts' });
    await opened.user.click(screen.getByRole('button', { name: 'Reconnect' }));
    await dialog();
    await opened.backend.finishConnect('attempt-1', {
      kind: 'anotherCreator',
      expected: 'Ada',
      agreed: 'Bo',
      connectedAlready,
    });
    return { ...opened, choice: within(await dialog('You signed in as Bo')) };
  }
  const gone = () => waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

  test('can be added as another account', async () => {
    const { backend, user, choice } = await agreedAsBo();
    expect(choice.getByText(/Slipway expected Ada/)).toBeInTheDocument();
    await user.click(choice.getByRole('button', { name: 'Add Bo as another account' }));
    await gone();
    expect(backend.last('keep_other_creator')).toEqual({ attemptId: 'attempt-1' });
    expect(await screen.findByText('Bo is connected')).toBeInTheDocument();
    expect(within(screen.getByRole('main')).getByRole('listitem', { name: 'Bo' })).toBeInTheDocument();
    expect(backend.count('cancel_connect')).toBe(0);
  });

  test('is renewed if already connected', async () => {
    const { backend, user, choice } = await agreedAsBo(true);
    expect(choice.queryByRole('button', { name: 'Add Bo as another account' })).not.toBeInTheDocument();
    await user.click(choice.getByRole('button', { name: 'Renew the sign-in of Bo' }));
    await gone();
    expect(backend.count('keep_other_creator')).toBe(1);
  });

  test('can be replaced by another attempt for the expected one', async () => {
    const { backend, user, choice } = await agreedAsBo();
    await user.click(choice.getByRole('button', { name: 'Try again as Ada' }));
    await dialog();
    expect(backend.last('cancel_connect')).toEqual({ attemptId: 'attempt-1' });
    expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'reconnect', accountId: 'ada' } });
  });

  test.each(['Cancel', 'Escape'])('changes nothing after %s', async (way) => {
    const { backend, user, choice } = await agreedAsBo();
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(choice.getByRole('button', { name: 'Cancel' }));
    await gone();
    expect(backend.last('cancel_connect')).toEqual({ attemptId: 'attempt-1' });
    expect(backend.count('begin_connect')).toBe(1);
  });

  test('shows the notice of an expired choice and can be retried', async () => {
    const late = notice('connect.expired', 'The sign-in has run out.');
    const { backend, user, choice } = await agreedAsBo(false, { keep_other_creator: late });
    await user.click(choice.getByRole('button', { name: 'Add Bo as another account' }));
    const failed = within(await dialog('The account was not connected'));
    expect(failed.getByText('The sign-in has run out.')).toBeInTheDocument();
    await user.click(failed.getByRole('button', { name: 'Try again' }));
    await dialog();
    expect(backend.last('begin_connect')).toEqual({ purpose: { kind: 'reconnect', accountId: 'ada' } });
  });
});
