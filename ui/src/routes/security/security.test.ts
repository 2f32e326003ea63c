/** Tests of the key, its recovery phrase, changing the key, and exporting diagnostics. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { notice } from '$lib/testing/fixtures';
import { problem } from '$lib/testing/problems';
import { PHRASE } from '$lib/testing/trail';

const WORDS = PHRASE.split(' ');
const key = () => within(screen.getByRole('region', { name: 'Encryption key' }));
const button = (name: string) => key().getByRole('button', { name });
const dialog = async (name: string) => within(await screen.findByRole('dialog', { name }));
const gone = () => waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

async function openSecurity(world: World = {}) {
  const opened = await open(world, { page: 'security' });
  await screen.findByRole('region', { name: 'Encryption key' });
  return opened;
}

test('the sidebar links to the page', async () => {
  const { user } = await open();
  await user.click(screen.getByRole('link', { name: 'Security' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Security' })).toBeInTheDocument();
});

describe('the storage of the key', () => {
  test('in the keyring', async () => {
    await openSecurity();
    expect(key().getByText('The key is stored in this computer’s keyring')).toBeInTheDocument();
    expect(
      key().getByText(/^In use since 2 November 2026, recovery phrase last shown on/),
    ).toBeInTheDocument();
    expect(button('Change key')).toBeInTheDocument();
  });

  test('behind a passphrase', async () => {
    await openSecurity({ vault: { source: 'passphrase', keyring: false } });
    expect(key().getByText('Your passphrase protects the key')).toBeInTheDocument();
    expect(button('Change passphrase')).toBeInTheDocument();
  });

  test('in the environment, without a button to change it', async () => {
    await openSecurity({ vault: { source: 'environment', since: null, phraseShownAt: null } });
    expect(key().getByText('The key comes from an environment variable')).toBeInTheDocument();
    expect(key().queryByRole('button', { name: /^Change/ })).not.toBeInTheDocument();
    expect(key().queryByText('You have not written this key down yet')).not.toBeInTheDocument();
  });

  test('shows the notice of a failure', async () => {
    await open({ failing: { vault: notice('vault', 'The vault is busy.') } }, { page: 'security' });
    expect(await screen.findByText('The vault is busy.')).toBeInTheDocument();
  });
});

describe('the recovery phrase', () => {
  const words = () => screen.queryByRole('list', { name: 'Words of the recovery phrase' });

  async function showing(world: World = {}) {
    const opened = await openSecurity(world);
    await opened.user.click(button('Show recovery phrase'));
    return { ...opened, shown: await dialog('Recovery phrase') };
  }

  test('is explained before it is shown', async () => {
    const { user, backend, shown } = await showing();
    expect(shown.getByText(/Anyone who has these words/)).toBeInTheDocument();
    expect(backend.count('recovery_phrase')).toBe(0);
    await user.click(shown.getByRole('button', { name: 'Show the words' }));
    const items = within(await waitFor(() => words() as HTMLElement)).getAllByRole('listitem');
    expect(items.map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim())).toEqual(
      WORDS.map((word, index) => `${index + 1} ${word}`),
    );
    expect(shown.queryByRole('button', { name: /copy/i })).not.toBeInTheDocument();
  });

  test.each(['Hide the words', 'Done', 'Escape'])('is removed after %s', async (way) => {
    const { user, backend, shown } = await showing();
    await user.click(shown.getByRole('button', { name: 'Show the words' }));
    await waitFor(() => expect(words()).toBeInTheDocument());
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(shown.getByRole('button', { name: way }));
    await waitFor(() => expect(document.body.innerHTML).not.toContain('velvet'));
    if (way !== 'Hide the words') {
      await gone();
      await user.click(button('Show recovery phrase'));
      await dialog('Recovery phrase');
    }
    expect(words()).not.toBeInTheDocument();
    expect(backend.count('recovery_phrase')).toBe(1);
  });

  test('is printed on a separate sheet', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    const { user, shown } = await showing();
    expect(document.querySelector('.print-sheet')).not.toBeInTheDocument();
    await user.click(shown.getByRole('button', { name: 'Show the words' }));
    await user.click(await shown.findByRole('button', { name: 'Print' }));
    expect(print).toHaveBeenCalledOnce();
    const sheet = document.querySelector('.print-sheet');
    expect(sheet?.parentElement).toBe(document.body);
    expect([...(sheet?.querySelectorAll('li') ?? [])].map(({ textContent }) => textContent)).toEqual(WORDS);
    await user.click(shown.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(document.querySelector('.print-sheet')).not.toBeInTheDocument());
  });

  test('shows the reason of a failure', async () => {
    const { user, shown } = await showing({ failing: { recovery_phrase: notice('v', 'The disk is full.') } });
    await user.click(shown.getByRole('button', { name: 'Show the words' }));
    expect(await shown.findByText('The disk is full.')).toBeInTheDocument();
    expect(words()).not.toBeInTheDocument();
  });

  test('has a reminder until it was shown', async () => {
    const { user } = await openSecurity({ vault: { phraseShownAt: null } });
    expect(key().getByText('You have not written this key down yet')).toBeInTheDocument();
    await user.click(button('Show recovery phrase'));
    const shown = await dialog('Recovery phrase');
    await user.click(shown.getByRole('button', { name: 'Show the words' }));
    await user.click(await shown.findByRole('button', { name: 'Done' }));
    await waitFor(() =>
      expect(key().queryByText('You have not written this key down yet')).not.toBeInTheDocument(),
    );
  });
});

describe('changing the key', () => {
  test('stores a new key in the keyring', async () => {
    const { user, backend } = await openSecurity();
    await user.click(button('Change key'));
    const prompt = await dialog('Change the key');
    expect(prompt.getByText(/Uploads pause for a moment/)).toBeInTheDocument();
    expect(prompt.queryByLabelText('Current passphrase')).not.toBeInTheDocument();
    await user.click(prompt.getByRole('button', { name: 'Change key' }));
    await gone();
    expect(backend.last('change_key')).toEqual({ protection: 'keyring', passphrase: null, current: null });
    expect(await screen.findByText('Key changed')).toBeInTheDocument();
    // The page now asks the creator to write down the new phrase.
    expect(await key().findByText('You have not written this key down yet')).toBeInTheDocument();
  });

  test('can protect the new key with a passphrase', async () => {
    const { user, backend } = await openSecurity();
    await user.click(button('Change key'));
    const prompt = await dialog('Change the key');
    await user.click(prompt.getByRole('radio', { name: 'Protected by a passphrase' }));
    await user.click(prompt.getByRole('button', { name: 'Change key' }));
    expect(prompt.getByText('Enter a passphrase.')).toBeInTheDocument();
    await user.type(prompt.getByLabelText('New passphrase'), 'oak elm');
    await user.type(prompt.getByLabelText('Repeat new passphrase'), 'oak');
    await user.click(prompt.getByRole('button', { name: 'Change key' }));
    expect(prompt.getByText('The two passphrases are different.')).toBeInTheDocument();
    expect(backend.count('change_key')).toBe(0);
    await user.type(prompt.getByLabelText('Repeat new passphrase'), ' elm');
    await user.click(prompt.getByRole('button', { name: 'Change key' }));
    await gone();
    expect(backend.last('change_key')).toEqual({
      protection: 'passphrase',
      passphrase: 'oak elm',
      current: null,
    });
    expect(await key().findByText('Your passphrase protects the key')).toBeInTheDocument();
  });

  test('needs the current passphrase if there is one', async () => {
    const { user, backend } = await openSecurity({ vault: { source: 'passphrase', keyring: false } });
    await user.click(button('Change passphrase'));
    const prompt = await dialog('Change the passphrase');
    expect(prompt.queryByRole('radio')).not.toBeInTheDocument();
    await user.type(prompt.getByLabelText('New passphrase'), 'oak');
    await user.type(prompt.getByLabelText('Repeat new passphrase'), 'oak');
    await user.click(prompt.getByRole('button', { name: 'Change passphrase' }));
    expect(prompt.getByText('Enter your current passphrase.')).toBeInTheDocument();
    await user.type(prompt.getByLabelText('Current passphrase'), 'elm');
    await user.click(prompt.getByRole('button', { name: 'Change passphrase' }));
    await gone();
    expect(backend.last('change_key')).toEqual({
      protection: 'passphrase',
      passphrase: 'oak',
      current: 'elm',
    });
  });

  test('shows the reason of a refusal and keeps the typed text', async () => {
    const wrong = notice('vault.passphrase_wrong', 'This passphrase does not open your data.');
    const { user } = await openSecurity({
      vault: { source: 'passphrase', keyring: true },
      failing: { change_key: wrong },
    });
    await user.click(button('Change passphrase'));
    const prompt = await dialog('Change the passphrase');
    await user.type(prompt.getByLabelText('Current passphrase'), 'wrong');
    await user.click(prompt.getByRole('radio', { name: 'In the keyring' }));
    await user.click(prompt.getByRole('button', { name: 'Change passphrase' }));
    expect(await prompt.findByText('This passphrase does not open your data.')).toBeInTheDocument();
    expect(prompt.getByLabelText<HTMLInputElement>('Current passphrase')).toHaveValue('wrong');
  });

  test('opens the problem page if the data does not open again', async () => {
    const { user } = await openSecurity({ next: problem('keyringLocked') });
    await user.click(button('Change key'));
    await user.click((await dialog('Change the key')).getByRole('button', { name: 'Change key' }));
    expect(await screen.findByRole('heading', { name: 'The keyring is locked' })).toBeInTheDocument();
  });
});

describe('exporting diagnostics', () => {
  async function exporting(world: World = {}) {
    const opened = await openSecurity(world);
    await opened.user.click(screen.getByRole('button', { name: 'Export diagnostics' }));
    return { ...opened, prompt: await dialog('Export diagnostics') };
  }

  test('leaves captions and file names out by default', async () => {
    const { user, backend, prompt } = await exporting({ exportPath: '/home/ada/diagnostics.zip' });
    expect(prompt.getByRole('region', { name: 'Never inside' }).textContent).toContain('Tokens');
    await user.click(prompt.getByRole('button', { name: 'Choose where to save' }));
    await gone();
    expect(backend.last('export_diagnostics')).toEqual({ choice: { captions: false, fileNames: false } });
    expect(await screen.findByText('Diagnostics saved: /home/ada/diagnostics.zip')).toBeInTheDocument();
  });

  test('includes the selected additions', async () => {
    const { user, backend, prompt } = await exporting();
    await user.click(prompt.getByRole('checkbox', { name: 'File names' }));
    await user.click(prompt.getByRole('button', { name: 'Choose where to save' }));
    expect(backend.last('export_diagnostics')).toEqual({ choice: { captions: false, fileNames: true } });
  });

  test('is cancelled with the file dialog', async () => {
    const { user, prompt } = await exporting({ exportPath: null });
    await user.click(prompt.getByRole('button', { name: 'Choose where to save' }));
    await waitFor(() => expect(prompt.getByRole('button', { name: 'Choose where to save' })).toBeEnabled());
    expect(screen.queryByText(/Diagnostics saved/)).not.toBeInTheDocument();
  });

  test('shows the reason of a failure', async () => {
    const { user, prompt } = await exporting({
      failing: { export_diagnostics: notice('d', 'The disk is full.') },
    });
    await user.click(prompt.getByRole('button', { name: 'Choose where to save' }));
    expect(await prompt.findByText('The disk is full.')).toBeInTheDocument();
  });
});
