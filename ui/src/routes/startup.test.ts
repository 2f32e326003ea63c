/** Tests of the first run, of entering a TikTok app, and of changing between it and the sandbox. */
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '$lib/testing/app';
import { notice, setupOf } from '$lib/testing/fixtures';
import { formatNotice } from '$lib/texts';

const why = notice('why', 'This is what happened.');
const button = (name: string) => screen.getByRole('button', { name });
const nothing = setupOf({ clientKey: null, hasSecret: false, sandbox: false });

describe('the first run', () => {
  test('opens the sandbox', async () => {
    const { user, backend } = await open({ startup: { kind: 'choose' } });
    await user.click(button('Try the sandbox'));
    expect(backend.last('choose_mode')).toEqual({ mode: 'sandbox' });
    expect(await screen.findByRole('heading', { name: 'Queue' })).toBeInTheDocument();
    expect(screen.getByText('Sandbox')).toBeInTheDocument();
    await user.click(button('Open control page'));
    expect(backend.count('open_control_page')).toBe(1);
  });

  test('opens the page for the TikTok app', async () => {
    const { user, backend } = await open({ startup: { kind: 'choose' }, setup: nothing });
    await user.click(button('Use my TikTok app'));
    expect(backend.last('choose_mode')).toEqual({ mode: 'tikTok' });
    expect(await screen.findByRole('heading', { name: 'Your TikTok app' })).toBeInTheDocument();
    expect(screen.queryByText('Sandbox')).not.toBeInTheDocument();
  });
});

test('a failed step stays on the page and shows the reason', async () => {
  const { user, backend } = await open({ startup: { kind: 'choose' }, failing: { choose_mode: why } });
  await user.click(button('Try the sandbox'));
  expect(await screen.findByText(formatNotice(why).happened)).toBeInTheDocument();
  backend.failing = {};
  await user.click(button('Try the sandbox'));
  expect(await screen.findByRole('heading', { name: 'Queue' })).toBeInTheDocument();
});

describe('the TikTok app', () => {
  const world = { startup: { kind: 'ready', mode: 'tikTok', controlUrl: null } as const, setup: nothing };
  const openSetup = () => open(world, { page: 'setup' });
  const secret = () => screen.getByLabelText<HTMLInputElement>('Client secret');

  test('shows the exact redirect address and copies it', async () => {
    const { user } = await openSetup();
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    expect(screen.getByText('http://127.0.0.1:*/callback/')).toBeInTheDocument();
    await user.click(button('Copy redirect address'));
    expect(write).toHaveBeenCalledWith('http://127.0.0.1:*/callback/');
    expect(await screen.findByText('Redirect address copied')).toBeInTheDocument();
    for (const scope of ['user.info.basic', 'video.publish', 'video.upload']) {
      expect(screen.getByText(scope)).toBeInTheDocument();
    }
  });

  test('is saved without spaces, and the secret is removed from the page', async () => {
    const { user, backend } = await openSetup();
    expect(secret().type).toBe('password');
    await user.type(screen.getByLabelText('Client key'), ' awkey ');
    await user.type(secret(), 'hush ');
    await user.click(button('Save'));
    expect(backend.last('save_tiktok_app')).toEqual({ clientKey: 'awkey', clientSecret: 'hush' });
    expect(await screen.findByRole('heading', { name: 'Accounts' })).toBeInTheDocument();
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    expect(await screen.findByText('awkey')).toBeInTheDocument();
    expect(document.body.innerHTML).not.toContain('hush');
  });

  test('needs a key and a secret', async () => {
    const { user, backend } = await openSetup();
    await user.click(button('Save'));
    expect(screen.getByText('Enter the client key.')).toBeInTheDocument();
    expect(screen.getByText('Enter the client secret.')).toBeInTheDocument();
    expect(backend.count('save_tiktok_app')).toBe(0);
  });

  test('keeps the form and shows the reason of a refusal', async () => {
    const { user } = await open({ ...world, failing: { save_tiktok_app: why } }, { page: 'setup' });
    await user.type(screen.getByLabelText('Client key'), 'k');
    await user.type(secret(), 's');
    await user.click(button('Save'));
    expect(await screen.findByText(formatNotice(why).happened)).toBeInTheDocument();
    expect(secret()).toHaveValue('s');
  });

  test('cannot be changed if it comes from the environment', async () => {
    await open({ ...world, setup: setupOf({ fromEnvironment: true }) }, { page: 'setup' });
    expect(screen.queryByLabelText('Client key')).not.toBeInTheDocument();
    expect(screen.getByText(/set by environment variables/)).toBeInTheDocument();
  });

  test('can be deleted after a confirmation', async () => {
    const { user, backend } = await open(
      { ...world, setup: setupOf({ sandbox: false }) },
      { page: 'settings' },
    );
    await user.click(button('Forget'));
    expect(backend.count('forget_tiktok_app')).toBe(0);
    await user.click(await screen.findByRole('button', { name: 'Forget TikTok app' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(backend.count('forget_tiktok_app')).toBe(1);
    expect(screen.getByRole('button', { name: 'Enter key and secret' })).toBeInTheDocument();
  });
});

test('the sandbox can be left for the real TikTok', async () => {
  const { user, backend } = await open({ setup: nothing }, { page: 'settings' });
  await user.click(button('Use my TikTok app'));
  expect(backend.last('choose_mode')).toEqual({ mode: 'tikTok' });
  expect(await screen.findByRole('heading', { name: 'Your TikTok app' })).toBeInTheDocument();
});

test('the sandbox can be opened again', async () => {
  const { user, backend } = await open(
    { startup: { kind: 'ready', mode: 'tikTok', controlUrl: null } },
    { page: 'settings' },
  );
  await user.click(button('Try the sandbox'));
  expect(backend.last('choose_mode')).toEqual({ mode: 'sandbox' });
  expect(await screen.findByRole('button', { name: 'Open control page' })).toBeInTheDocument();
});

test('the theme can be chosen', async () => {
  const { user } = await open({}, { page: 'settings' });
  expect(screen.getByRole('radio', { name: 'System' })).toHaveAttribute('aria-checked', 'true');
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await waitFor(() => expect(document.documentElement.classList.contains('dark')).toBe(true));
  await user.click(screen.getByRole('radio', { name: 'Light' }));
  await waitFor(() => expect(document.documentElement.classList.contains('dark')).toBe(false));
});
