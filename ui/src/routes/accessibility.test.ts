/** Every page and state of the gallery, checked by axe. */
import axe from 'axe-core';
import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { parse } from '$lib/router.svelte';
import { open } from '$lib/testing/app';
import { scenarios } from '$lib/testing/scenarios';

async function violations(): Promise<string[]> {
  // Colours need a drawn page; jsdom draws nothing.
  const { violations } = await axe.run(document.documentElement, {
    rules: { 'color-contrast': { enabled: false } },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

document.title = 'Slipway';
document.documentElement.lang = 'en';

test.each(Object.entries(scenarios))('%s', async (_name, { at, world }) => {
  await open(world(), parse(at));
  expect(await violations()).toEqual([]);
});

test.each([
  ['compose-ready', 'At a time', 'radio'],
  ['compose-ready', 'Next free slot', 'radio'],
  ['planned', 'Choose a new time', 'button'],
  ['planned', 'Details', 'button'],
  ['troubled', '6 more', 'button'],
  ['accounts', 'Add a time on Monday', 'button'],
  ['settings', 'Show time zones', 'button'],
])('%s after "%s"', async (name, label, role) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const { user } = await open(scenario.world(), parse(scenario.at));
  const [control] = await screen.findAllByRole(role, { name: label });
  await user.click(control as HTMLElement);
  expect(await violations()).toEqual([]);
});

test('the dialog while connecting', async () => {
  const { user } = await open();
  await user.click(screen.getAllByRole('button', { name: 'Connect account' })[0] as HTMLElement);
  await screen.findByRole('dialog');
  expect(await violations()).toEqual([]);
});
