/** Tests of the settings: each change is saved at once, and a failure shows its reason. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { Settings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { notice } from '$lib/testing/fixtures';

const section = (name: string) => within(screen.getByRole('region', { name }));
const publishing = () => section('Publishing');
const webhooks = () => section('TikTok webhooks');
const refusal = { update_settings: notice('settings.refused', 'This cannot be set.') };

async function openSettings(settings: Settings = {}, world: World = {}) {
  const opened = await open({ settings, ...world }, { page: 'settings' });
  return { ...opened, saved: () => opened.backend.last('update_settings')?.settings as Settings };
}

describe('the time zone', () => {
  // jsdom has no layout, so a positioned list counts as hidden.
  const option = (name: RegExp) => screen.findByText(name, { selector: '[role=option] *' });
  const zone = () => publishing().getByRole<HTMLInputElement>('combobox', { name: 'Time zone' });

  test('is the computer’s by default and can be searched by name', async () => {
    const { user, saved } = await openSettings();
    expect(zone()).toHaveValue('Europe/Vienna (this computer)');
    await user.click(zone());
    await user.clear(zone());
    await user.type(zone(), 'new yo');
    await user.click(await option(/America\/New York/));
    await waitFor(() => expect(saved()).toMatchObject({ timeZone: 'America/New_York' }));
    await waitFor(() => expect(zone()).toHaveValue('America/New York'));
  });

  test('can be reset to the computer’s', async () => {
    const { user, saved } = await openSettings({ timeZone: 'Asia/Tokyo' });
    expect(zone()).toHaveValue('Asia/Tokyo');
    await user.click(zone());
    await user.clear(zone());
    await user.type(zone(), 'this computer');
    await user.click(await option(/this computer/));
    await waitFor(() => expect(saved().timeZone).toBeNull());
  });

  test('stays unchanged if no zone matches', async () => {
    const { user, backend } = await openSettings();
    await user.click(zone());
    await user.clear(zone());
    await user.type(zone(), 'atlantis');
    expect(await screen.findByText('No time zone matches.')).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await user.tab();
    await waitFor(() => expect(zone()).toHaveValue('Europe/Vienna (this computer)'));
    expect(backend.count('update_settings')).toBe(0);
  });
});

describe('grace period and spacing', () => {
  const select = (name: string) => publishing().getByRole<HTMLSelectElement>('combobox', { name });

  test('are chosen from a list', async () => {
    const { user, saved } = await openSettings();
    expect(select('Grace period').selectedOptions[0]?.text).toBe('1 h');
    expect([...select('Grace period').options].map(({ text }) => text)).toEqual([
      '15 min',
      '30 min',
      '1 h',
      '3 h',
      '12 h',
      '1 day',
    ]);
    await user.selectOptions(select('Grace period'), '180');
    await waitFor(() => expect(saved().graceMinutes).toBe(180));
    await user.selectOptions(select('Spacing between posts'), '30');
    await waitFor(() => expect(saved()).toMatchObject({ graceMinutes: 180, spacingMinutes: 30 }));
  });

  test('show a stored value that is not in the list', async () => {
    await openSettings({ graceMinutes: 45 });
    expect(select('Grace period').selectedOptions[0]?.text).toBe('45 min');
  });

  test('show the reason of a refusal beside them', async () => {
    const { user } = await openSettings({}, { failing: refusal });
    await user.selectOptions(select('Grace period'), '180');
    expect(await publishing().findByText('This cannot be set.')).toBeInTheDocument();
    expect(select('Grace period').selectedOptions[0]?.text).toBe('1 h');
  });
});

describe('the upload limit', () => {
  const toggle = (name: string) => publishing().getByRole('switch', { name });
  const speed = () => publishing().getByRole<HTMLInputElement>('spinbutton', { name: 'Upload speed' });

  test('is off by default and shows its speed in Mbit/s', async () => {
    const { user, saved } = await openSettings();
    expect(publishing().queryByRole('spinbutton')).not.toBeInTheDocument();
    await user.click(toggle('Limit upload speed'));
    await waitFor(() => expect(saved().uploadLimit?.bytesPerSecond).toBe(2_000_000));
    await user.clear(speed());
    await user.type(speed(), '2.5');
    await user.tab();
    await waitFor(() => expect(saved().uploadLimit?.bytesPerSecond).toBe(2_500_000));
    expect(publishing().getByText(/About 20 Mbit\/s/)).toBeInTheDocument();
    await user.click(toggle('Limit upload speed'));
    await waitFor(() => expect(saved().uploadLimit?.bytesPerSecond).toBeNull());
  });

  test('must be above 0', async () => {
    const { user, backend } = await openSettings({ uploadLimit: { bytesPerSecond: 1_000_000 } });
    await user.clear(speed());
    await user.type(speed(), '0');
    await user.tab();
    expect(await publishing().findByText('Enter a number above 0.')).toBeInTheDocument();
    expect(speed()).toHaveAttribute('aria-invalid', 'true');
    expect(backend.count('update_settings')).toBe(0);
  });

  test('can be limited to certain times, also across midnight', async () => {
    const { user, saved } = await openSettings({ uploadLimit: { bytesPerSecond: 1_000_000 } });
    await user.click(toggle('Only at certain times'));
    const days = within(await publishing().findByRole('group', { name: 'Days' }));
    await user.click(days.getByRole('button', { name: 'Saturday' }));
    await user.click(days.getByRole('button', { name: 'Monday' }));
    const from = publishing().getByLabelText('From');
    await user.clear(from);
    await user.type(from, '22:00');
    await user.tab();
    await waitFor(() =>
      expect(saved().uploadLimit).toEqual({
        bytesPerSecond: 1_000_000,
        onlyDuring: {
          days: ['tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
          from: '22:00',
          to: '18:00',
        },
      }),
    );
    expect(await publishing().findByText('Ends the next day.')).toBeInTheDocument();
  });

  test('needs at least one day', async () => {
    const { user, backend } = await openSettings({
      uploadLimit: {
        bytesPerSecond: 1_000_000,
        onlyDuring: { days: ['monday'], from: '08:00', to: '18:00' },
      },
    });
    await user.click(publishing().getByRole('button', { name: 'Monday' }));
    expect(await publishing().findByText('Choose at least one day.')).toBeInTheDocument();
    expect(backend.count('update_settings')).toBe(0);
  });
});

test('waiting on metered networks can be turned off', async () => {
  const { user, saved } = await openSettings();
  const toggle = publishing().getByRole('switch', { name: 'Wait on metered networks' });
  expect(toggle).toHaveAttribute('aria-checked', 'true');
  await user.click(toggle);
  await waitFor(() => expect(saved().waitOnMetered).toBe(false));
});

describe('webhooks', () => {
  const toggle = () => webhooks().getByRole('switch', { name: 'Receive TikTok’s webhooks' });
  const port = () => webhooks().getByRole<HTMLInputElement>('spinbutton', { name: 'Port' });

  test('are off by default and show the address for a tunnel', async () => {
    const { user, saved } = await openSettings();
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    expect(toggle()).toHaveAttribute('aria-checked', 'false');
    expect(webhooks().queryByText(/127\.0\.0\.1/)).not.toBeInTheDocument();
    await user.click(toggle());
    await waitFor(() => expect(saved().webhook).toEqual({ enabled: true, port: 7834 }));
    await user.clear(port());
    await user.type(port(), '9000');
    await user.tab();
    expect(await webhooks().findByText('http://127.0.0.1:9000/webhook')).toBeInTheDocument();
    await user.click(webhooks().getByRole('button', { name: 'Copy address' }));
    expect(write).toHaveBeenCalledWith('http://127.0.0.1:9000/webhook');
  });

  test('need a valid port', async () => {
    const { user, backend } = await openSettings({ webhook: { enabled: true, port: 7834 } });
    await user.clear(port());
    await user.type(port(), '70000');
    await user.tab();
    expect(await webhooks().findByText('Enter a number from 1 to 65535.')).toBeInTheDocument();
    expect(backend.count('update_settings')).toBe(0);
  });

  test('stay unchanged and show the reason of a refusal', async () => {
    const { user } = await openSettings({}, { failing: refusal });
    await user.click(toggle());
    expect(await webhooks().findByText('This cannot be set.')).toBeInTheDocument();
    expect(toggle()).toHaveAttribute('aria-checked', 'false');
  });
});

describe('watched folders', () => {
  const folders = () => section('Watched folders');
  const names = () => folders().getByRole<HTMLTextAreaElement>('textbox', { name: 'Names to ignore' });
  const button = (name: string) => folders().getByRole<HTMLButtonElement>('button', { name });

  test('have a settling time', async () => {
    const { user, saved } = await openSettings();
    const settle = folders().getByRole<HTMLSelectElement>('combobox', { name: 'Settling time' });
    expect(settle.selectedOptions[0]?.text).toBe('3 s');
    await user.selectOptions(settle, '60');
    await waitFor(() => expect(saved().settleSeconds).toBe(60));
  });

  test('have an editable list of names to ignore', async () => {
    const { user, saved } = await openSettings({ ignoredNames: ['*.tmp', '.*'] });
    expect(names()).toHaveValue('*.tmp\n.*');
    expect(button('Save list')).toBeDisabled();
    await user.type(names(), '\n  *.prproj \n\n*.tmp');
    await user.click(button('Save list'));
    await waitFor(() => expect(saved().ignoredNames).toEqual(['*.tmp', '.*', '*.prproj']));
    await waitFor(() => expect(names()).toHaveValue('*.tmp\n.*\n*.prproj'));
  });

  test('keep the list if an edit is undone', async () => {
    const { user, backend } = await openSettings({ ignoredNames: ['*.tmp'] });
    await user.type(names(), 'x');
    await user.click(button('Undo'));
    expect(names()).toHaveValue('*.tmp');
    expect(backend.count('update_settings')).toBe(0);
  });

  test('can return to the default list', async () => {
    const { user, saved } = await openSettings({ ignoredNames: ['only-this'], spacingMinutes: 30 });
    await user.click(button('Use Slipway’s own list'));
    await waitFor(() => expect(saved()).toMatchObject({ spacingMinutes: 30 }));
    expect(saved().ignoredNames).toBeUndefined();
    await waitFor(() => expect(names().value).toContain('*.crdownload'));
  });

  test('show why a pattern is refused and keep the typed text', async () => {
    const { user } = await openSettings({ ignoredNames: ['*.tmp'] }, { failing: refusal });
    await user.type(names(), 'x');
    await user.click(button('Save list'));
    expect(await folders().findByText('This cannot be set.')).toBeInTheDocument();
    expect(names()).toHaveValue('*.tmpx');
  });
});

test('the page updates on a settings event', async () => {
  const { backend } = await openSettings();
  await backend.send({ kind: 'settingsChanged', settings: { graceMinutes: 720 } });
  await waitFor(() =>
    expect(
      publishing().getByRole<HTMLSelectElement>('combobox', { name: 'Grace period' }).selectedOptions[0]
        ?.text,
    ).toBe('12 h'),
  );
});

describe('the background', () => {
  const background = () => section('Background');

  test('keeps Slipway running as chosen', async () => {
    const { user, backend } = await openSettings({}, { background: { startAtLogin: false } });
    const closing = background().getByRole('combobox', { name: 'When you close the window' });
    expect(closing).toHaveValue('whenNeeded');
    await user.selectOptions(closing, 'Always keep running');
    await waitFor(() =>
      expect(backend.last('update_background')).toEqual({
        preferences: { keepRunning: 'always', keepAwake: true },
      }),
    );
    await user.click(background().getByRole('switch', { name: 'Stay awake while uploading' }));
    await waitFor(() =>
      expect(backend.last('update_background')).toEqual({
        preferences: { keepRunning: 'always', keepAwake: false },
      }),
    );
  });

  test('starts Slipway at login, and says why it cannot', async () => {
    const { user, backend } = await openSettings({}, { background: { startAtLogin: false } });
    const login = () => background().getByRole('switch', { name: 'Start at login' });
    await user.click(login());
    await waitFor(() => expect(login()).toBeChecked());
    backend.failing = { start_at_login: notice('background.login', 'It could not be changed.') };
    await user.click(login());
    expect(await background().findByText('It could not be changed.')).toBeInTheDocument();
    expect(login()).toBeChecked();
  });
});
