/** Tests of the settings of the creator's own redirect page. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Settings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { notice, setupOf } from '$lib/testing/fixtures';

const PAGE = 'https://ada.example/slipway/';
const region = () => within(screen.getByRole('region', { name: 'Sign-in redirect' }));
const toggle = () => region().getByRole('switch', { name: 'Use your own page' });
const field = () => region().getByRole<HTMLInputElement>('textbox', { name: 'Page address' });
const save = () => region().getByRole('button', { name: 'Save' });

async function openSettings(settings: Settings = {}, world: World = {}) {
  const opened = await open(
    {
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ sandbox: false }),
      settings,
      ...world,
    },
    { page: 'settings' },
  );
  return { ...opened, saved: () => opened.backend.last('update_settings')?.settings as Settings };
}

test('the own page is off by default and shows its address once saved', async () => {
  const { user, saved } = await openSettings();
  expect(toggle()).toHaveAttribute('aria-checked', 'false');
  expect(region().queryByRole('textbox')).not.toBeInTheDocument();
  await user.click(toggle());
  await user.type(field(), ` ${PAGE} {Enter}`);
  await waitFor(() => expect(saved().hostedPage).toBe(PAGE));
  expect(await region().findByText(PAGE)).toBeInTheDocument();
  expect(await screen.findByText('Page address saved')).toBeInTheDocument();
});

test('the setup guide names the own page instead of the desktop platform', async () => {
  await open(
    {
      startup: { kind: 'ready', mode: 'tikTok', controlUrl: null },
      setup: setupOf({ sandbox: false, redirectUri: PAGE }),
      settings: { hostedPage: PAGE },
    },
    { page: 'setup' },
  );
  expect(screen.getByRole('heading', { name: 'Add Login Kit, with the Web platform' })).toBeInTheDocument();
  expect(screen.getByText(PAGE)).toBeInTheDocument();
});

test.each([
  ['', 'Enter the address of your page.'],
  ['ada.example/slipway', 'The address must begin with https://.'],
])('the own page cannot be %j', async (typed, error) => {
  const { user, backend } = await openSettings();
  await user.click(toggle());
  if (typed) await user.type(field(), typed);
  await user.click(save());
  expect(region().getByText(error)).toBeInTheDocument();
  expect(backend.count('update_settings')).toBe(0);
});

test('a refused address stays in the field with the reason', async () => {
  const refusal = notice('settings.hosted_page', 'The address has a query.');
  const { user } = await openSettings({}, { failing: { update_settings: refusal } });
  await user.click(toggle());
  await user.type(field(), `${PAGE}?x`);
  await user.click(save());
  expect(await region().findByText('The address has a query.')).toBeInTheDocument();
  expect(field()).toHaveValue(`${PAGE}?x`);
});

test('the own page can be turned off', async () => {
  const { user, saved } = await openSettings({ hostedPage: PAGE });
  expect(field()).toHaveValue(PAGE);
  await user.click(toggle());
  await waitFor(() => expect(saved().hostedPage).toBeNull());
  await waitFor(() => expect(region().queryByRole('textbox')).not.toBeInTheDocument());
});
