/** Tests of the startup problems: their texts and their recovery actions. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { ProblemKind, WayOut } from '$lib/bindings';
import { open } from '$lib/testing/app';
import { notice } from '$lib/testing/fixtures';
import { problem, problems } from '$lib/testing/problems';
import { PHRASE } from '$lib/testing/trail';
import { formatNotice, t } from '$lib/texts';

const button = (name: string) => screen.getByRole('button', { name });
const phrase = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Recovery phrase' });
const ready = () => screen.findByRole('heading', { name: 'Queue' });

describe('a startup problem', () => {
  test.each(Object.entries(problems))('%s shows its texts', async (_name, startup) => {
    await open({ startup });
    if (startup.kind !== 'problem') throw new Error('not a problem');
    const { happened, slipway, you } = formatNotice(startup.notice);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      t(`problems-titles-${startup.problem}`),
    );
    for (const part of [happened, slipway, you]) expect(screen.getByText(part)).toBeInTheDocument();
    expect(screen.queryByRole('navigation')).not.toBeInTheDocument();
  });

  const offered: [ProblemKind, WayOut[] | undefined, string[]][] = [
    ['storage', undefined, ['Try again']],
    ['environment', undefined, []],
    [
      'keyMissing',
      undefined,
      ['Restore with recovery phrase', 'Try again', 'Forget the tokens and reconnect'],
    ],
    [
      'keyringLocked',
      undefined,
      ['Try again', 'Restore with recovery phrase', 'Forget the tokens and reconnect'],
    ],
    ['keyringLocked', ['tryAgain', 'choosePassphrase'], ['Try again', 'Choose a passphrase instead']],
    ['passphraseNew', undefined, ['Set passphrase', 'Try again']],
    [
      'passphraseNeeded',
      undefined,
      ['Unlock', 'Restore with recovery phrase', 'Forget the tokens and reconnect'],
    ],
  ];
  test.each(offered)(
    '%s %j offers its recovery actions, the best first and the destructive last',
    async (kind, ways, names) => {
      await open({ startup: problem(kind, ways) });
      expect(screen.queryAllByRole('button').map(({ textContent }) => textContent.trim())).toEqual(names);
    },
  );

  test('can be retried', async () => {
    const { user } = await open({ startup: problem('keyringLocked') });
    await user.click(button('Try again'));
    expect(await ready()).toBeInTheDocument();
  });

  test('is also shown for a command that throws', async () => {
    const why = notice('why', 'This is what happened.');
    await open({ failing: { startup: why } });
    expect(screen.getByRole('heading', { name: 'Slipway could not start' })).toBeInTheDocument();
    expect(screen.getByText(formatNotice(why).happened)).toBeInTheDocument();
    expect(button('Try again')).toBeInTheDocument();
  });
});

describe('the passphrase', () => {
  test('unlocks the data', async () => {
    const { user, backend } = await open({ startup: problem('passphraseNeeded') });
    await user.type(screen.getByLabelText('Passphrase'), 'four words of oak{Enter}');
    expect(backend.last('unlock')).toEqual({ passphrase: 'four words of oak' });
    expect(await ready()).toBeInTheDocument();
  });

  test('is cleared and requested again if it is wrong', async () => {
    const { user } = await open({ startup: problem('passphraseNeeded'), next: problem('passphraseWrong') });
    await user.type(screen.getByLabelText('Passphrase'), 'four words of elm');
    await user.click(button('Unlock'));
    expect(await screen.findByRole('heading', { name: 'Wrong passphrase' })).toBeInTheDocument();
    expect(screen.getByLabelText<HTMLInputElement>('Passphrase')).toHaveValue('');
  });

  test('must be repeated and not empty if it is new', async () => {
    const { user, backend } = await open({ startup: problem('passphraseNew') });
    await user.click(button('Set passphrase'));
    expect(screen.getByText('Enter a passphrase.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Passphrase'), 'oak');
    await user.type(screen.getByLabelText('Repeat passphrase'), 'elm');
    await user.click(button('Set passphrase'));
    expect(screen.getByText('The two passphrases are different.')).toBeInTheDocument();
    expect(backend.count('unlock')).toBe(0);
    await user.clear(screen.getByLabelText('Repeat passphrase'));
    await user.type(screen.getByLabelText('Repeat passphrase'), 'oak');
    await user.click(button('Set passphrase'));
    expect(backend.last('unlock')).toEqual({ passphrase: 'oak' });
  });

  test('can replace a locked keyring', async () => {
    const { user, backend } = await open({
      startup: problem('keyringLocked', ['tryAgain', 'choosePassphrase']),
    });
    await user.click(button('Choose a passphrase instead'));
    expect(screen.getByRole('heading', { name: 'Choose a passphrase' })).toBeInTheDocument();
    await user.click(button('Back'));
    expect(screen.getByRole('heading', { name: 'The keyring is locked' })).toBeInTheDocument();
    await user.click(button('Choose a passphrase instead'));
    await user.type(screen.getByLabelText('Passphrase'), 'oak elm');
    await user.type(screen.getByLabelText('Repeat passphrase'), 'oak elm{Enter}');
    expect(backend.last('unlock')).toEqual({ passphrase: 'oak elm' });
    expect(await ready()).toBeInTheDocument();
  });
});

describe('the recovery phrase', () => {
  async function restoring(world: Parameters<typeof open>[0] = {}) {
    const opened = await open({ startup: problem('keyMissing'), ...world });
    await opened.user.click(button('Restore with recovery phrase'));
    return opened;
  }

  test('restores the key in any spelling', async () => {
    const { user, backend } = await restoring();
    expect(phrase()).toHaveFocus();
    await user.click(phrase());
    const numbered = PHRASE.split(' ').map((word, index) => `${index + 1}. ${word.toUpperCase()}`);
    await user.paste(numbered.join('\n'));
    expect(screen.getByText('24 of 24 words')).toBeInTheDocument();
    await user.click(button('Restore key'));
    expect(backend.last('restore_key')).toEqual({ phrase: PHRASE, passphrase: null });
    expect(await ready()).toBeInTheDocument();
  });

  test('is not sent while incomplete', async () => {
    const { user, backend } = await restoring();
    await user.click(phrase());
    await user.paste(PHRASE.split(' ').slice(1).join(' '));
    await user.click(button('Restore key'));
    expect(screen.getByText('A recovery phrase has 24 words. You entered 23.')).toBeInTheDocument();
    expect(phrase()).toHaveAttribute('aria-invalid', 'true');
    expect(backend.count('restore_key')).toBe(0);
  });

  test('stays in the field with an unknown word, which is named', async () => {
    const unknown = notice('vault.phrase_unreadable', 'Word 7 is not a word of recovery phrases.');
    const { user } = await restoring({ failing: { restore_key: unknown } });
    await user.click(phrase());
    await user.paste(PHRASE);
    await user.click(button('Restore key'));
    expect((await screen.findByRole('alert')).textContent).toContain('Word 7');
    expect(phrase()).toHaveValue(PHRASE);
  });

  test('stays in the field if it belongs to another key', async () => {
    const { user } = await restoring({ next: problem('keyWrong') });
    await user.click(phrase());
    await user.paste(PHRASE);
    await user.click(button('Restore key'));
    expect((await screen.findByRole('alert')).textContent).toContain('not the one');
    expect(phrase()).toHaveValue(PHRASE);
  });

  test('can protect the key with a passphrase', async () => {
    const { user, backend } = await restoring();
    await user.click(phrase());
    await user.paste(PHRASE);
    await user.click(screen.getByRole('checkbox', { name: 'Protect the key with a passphrase' }));
    await user.click(button('Restore key'));
    expect(screen.getByText('Enter a passphrase.')).toBeInTheDocument();
    expect(backend.count('restore_key')).toBe(0);
    await user.type(screen.getByLabelText('Passphrase'), 'oak elm');
    await user.type(screen.getByLabelText('Repeat passphrase'), 'oak elm');
    await user.click(button('Restore key'));
    expect(backend.last('restore_key')).toEqual({ phrase: PHRASE, passphrase: 'oak elm' });
  });

  test('preselects a passphrase if one protected the key', async () => {
    await restoring({ startup: problem('passphraseNeeded') });
    const box = screen.getByRole('checkbox', { name: 'Protect the key with a passphrase' });
    expect(box).toHaveAttribute('aria-checked', 'true');
  });

  test('is removed when the page closes', async () => {
    const { user } = await restoring();
    await user.click(phrase());
    await user.paste(PHRASE);
    await user.click(button('Back'));
    expect(document.body.textContent).not.toContain('velvet');
    await user.click(button('Restore with recovery phrase'));
    expect(phrase()).toHaveValue('');
  });
});

describe('forgetting the tokens', () => {
  const dialog = () => screen.findByRole('dialog', { name: 'Forget the tokens?' });

  async function forgetting(world: Parameters<typeof open>[0] = {}) {
    const opened = await open({ startup: problem('keyMissing'), ...world });
    await opened.user.click(button('Forget the tokens and reconnect'));
    return { ...opened, dialog: within(await dialog()) };
  }

  test('lists the losses, then opens the accounts', async () => {
    const { user, backend, dialog } = await forgetting();
    expect(
      within(dialog.getByRole('region', { name: 'Lost for good' })).getAllByRole('listitem'),
    ).toHaveLength(2);
    expect(dialog.getByRole('region', { name: 'Kept' }).textContent).toContain('history of every post');
    await user.click(dialog.getByRole('button', { name: 'Forget the tokens' }));
    expect(backend.last('forget_tokens')).toEqual({ passphrase: null });
    expect(await screen.findByRole('heading', { name: 'Accounts' })).toBeInTheDocument();
  });

  test.each(['Cancel', 'Escape'])('is cancelled by %s', async (way) => {
    const { user, backend, dialog } = await forgetting();
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(backend.count('forget_tokens')).toBe(0);
  });

  test('shows the reason of a failure in the dialog', async () => {
    const full = notice('storage.full', 'The disk is full.');
    const { user, dialog } = await forgetting({ failing: { forget_tokens: full } });
    await user.click(dialog.getByRole('button', { name: 'Forget the tokens' }));
    expect(await dialog.findByText('The disk is full.')).toBeInTheDocument();
  });

  test('needs a passphrase if one protected the key', async () => {
    const { user, backend, dialog } = await forgetting({ startup: problem('passphraseNeeded') });
    await user.click(dialog.getByRole('button', { name: 'Forget the tokens' }));
    expect(dialog.getByText('Enter a passphrase.')).toBeInTheDocument();
    await user.type(dialog.getByLabelText('Passphrase'), 'oak elm');
    await user.type(dialog.getByLabelText('Repeat passphrase'), 'oak elm');
    await user.click(dialog.getByRole('button', { name: 'Forget the tokens' }));
    expect(backend.last('forget_tokens')).toEqual({ passphrase: 'oak elm' });
  });
});
