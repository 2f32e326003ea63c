/** Tests of accessibility: axe checks every page and state of the gallery. */
import axe from 'axe-core';
import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { parse } from '$lib/router.svelte';
import { noor } from '$lib/testing/accounts';
import { open } from '$lib/testing/app';
import { scenarios } from '$lib/testing/scenarios';
import { fakeNotice } from '$lib/testing/notices';

async function violations(): Promise<string[]> {
  // The contrast check needs a rendered page, which jsdom lacks.
  const { violations } = await axe.run(document.documentElement, {
    rules: { 'color-contrast': { enabled: false } },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

document.title = 'Slipway';
document.documentElement.lang = 'en';

test.each(Object.entries(scenarios))('the scenario %s has no violations', async (_name, { at, world }) => {
  await open(world(), parse(at));
  expect(await violations()).toEqual([]);
});

test.each([
  ['compose-ready', 'At a time', 'radio'],
  ['compose-ready', 'Next free slot', 'radio'],
  ['planned', 'Choose a new time', 'button'],
  ['planned', 'Details', 'button'],
  ['many-status-items', 'Show 6 more', 'button'],
  ['accounts', 'Add a time on Monday', 'button'],
  ['settings', 'Show time zones', 'button'],
  ['settings', 'Use your own page', 'switch'],
  ['accounts-marked', 'Label and colour', 'button'],
  ['accounts-marked', 'Disconnect', 'button'],
  ['accounts-many', 'Details', 'button'],
  ['problem-keyMissing', 'Restore with recovery phrase', 'button'],
  ['problem-keyMissing', 'Forget the tokens and reconnect', 'button'],
  ['problem-keyringLocked-first', 'Choose a passphrase instead', 'button'],
  ['security', 'Show recovery phrase', 'button'],
  ['security', 'Change key', 'button'],
  ['security-passphrase', 'Change passphrase', 'button'],
  ['security', 'Export diagnostics', 'button'],
  ['security', 'Export', 'button'],
  ['folders-add', 'Add folder', 'button'],
  ['folders-refused', 'Add folder', 'button'],
  ['folders', 'Remove', 'button'],
  ['folder-page', 'Details', 'button'],
  ['folder-page', 'Take all 3', 'button'],
  ['folder-edit', 'Next free slot', 'radio'],
  ['folder-edit', 'JSON file next to it', 'radio'],
  ['folder-direct', 'Disclose commercial content', 'switch'],
])('the scenario %s has no violations after a click on "%s"', async (name, label, role) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const { user } = await open(scenario.world(), parse(scenario.at));
  const [control] = await screen.findAllByRole(role, { name: label });
  await user.click(control as HTMLElement);
  expect(await violations()).toEqual([]);
});

test('the dialog for a dropped folder has no violations', async () => {
  const folder = fakeNotice({ code: 'file.folder', happened: 'A folder.', slipway: '', you: '' });
  const { backend } = await open({ refused: { '/a/Exports': folder } });
  await backend.drop(['/a/Exports']);
  await screen.findByRole('dialog', { name: 'Watch Exports?' });
  expect(await violations()).toEqual([]);
});

test('an expanded entry of the audit trail has no violations', async () => {
  const scenario = scenarios['security-new'];
  const { user } = await open(scenario?.world(), { page: 'security' });
  await user.click(await screen.findByRole('button', { name: /TikTok renewed/ }));
  expect(await violations()).toEqual([]);
});

test('the visible recovery phrase has no violations', async () => {
  const { user } = await open({}, { page: 'security' });
  await user.click(await screen.findByRole('button', { name: 'Show recovery phrase' }));
  await user.click(await screen.findByRole('button', { name: 'Show the words' }));
  await screen.findByRole('list', { name: 'Words of the recovery phrase' });
  expect(await violations()).toEqual([]);
});

test('the choice after a different creator signed in has no violations', async () => {
  const { user, backend } = await open({ accounts: [noor] }, { page: 'accounts' });
  await user.click(screen.getByRole('button', { name: 'Reconnect' }));
  await screen.findByRole('dialog');
  await backend.finishConnect('attempt-1', {
    kind: 'anotherCreator',
    expected: noor.displayName,
    agreed: 'Bo',
    connectedAlready: false,
  });
  await screen.findByRole('dialog', { name: 'You signed in as Bo' });
  expect(await violations()).toEqual([]);
});

test('several waiting sign-ins have no violations', async () => {
  const { user } = await open({ accounts: [noor] }, { page: 'accounts' });
  await user.click(screen.getByRole('button', { name: 'Reconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Keep working' }));
  await user.click(screen.getByRole('button', { name: 'Connect account' }));
  await screen.findByText(/in any order/);
  expect(await violations()).toEqual([]);
});

test('the connect dialog has no violations', async () => {
  const { user } = await open();
  await user.click(screen.getAllByRole('button', { name: 'Connect account' })[0] as HTMLElement);
  await screen.findByRole('dialog');
  expect(await violations()).toEqual([]);
});
