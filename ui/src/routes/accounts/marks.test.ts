/** Tests of labels and colours: setting and showing them. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { account, notice, post } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada', username: null });
const main = () => within(screen.getByRole('main'));
const card = (name: string) => within(main().getByRole('listitem', { name }));

async function marking(some: Partial<typeof ada> = {}, failing = {}) {
  const opened = await open({ accounts: [{ ...ada, ...some }], failing }, { page: 'accounts' });
  const pencil = main().getByRole('button', { name: 'Label and colour' });
  await opened.user.click(pencil);
  const form = within(screen.getByRole('form', { name: 'Label and colour' }));
  return { ...opened, pencil, form, label: form.getByRole<HTMLInputElement>('textbox', { name: 'Label' }) };
}

describe('the label and colour of an account', () => {
  test('are saved, and both names are shown', async () => {
    const { user, backend, form, label, pencil } = await marking();
    expect(label).toHaveFocus();
    await user.type(label, '  Studio ');
    await user.click(form.getByRole('radio', { name: 'Teal' }));
    await user.click(form.getByRole('button', { name: 'Save' }));
    expect(backend.last('update_account')).toEqual({ accountId: 'ada', label: 'Studio', colour: 'teal' });
    await waitFor(() => expect(screen.queryByRole('form')).not.toBeInTheDocument());
    expect(card('Studio').getByText('Ada')).toBeInTheDocument();
    expect(pencil).toHaveFocus();
  });

  test('can be chosen with the keyboard', async () => {
    const { user, backend, form, label } = await marking();
    await user.tab();
    expect(form.getByRole('radio', { name: 'No colour' })).toHaveFocus();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(form.getByRole('radio', { name: 'Orange' })).toHaveAttribute('aria-checked', 'true');
    label.focus();
    await user.keyboard('{Enter}');
    expect(backend.last('update_account')).toEqual({ accountId: 'ada', label: null, colour: 'orange' });
  });

  test('can be removed', async () => {
    const { user, backend, form, label } = await marking({ label: 'Studio', colour: 'pink' });
    expect(label).toHaveValue('Studio');
    expect(form.getByRole('radio', { name: 'Pink' })).toHaveAttribute('aria-checked', 'true');
    await user.clear(label);
    await user.click(form.getByRole('radio', { name: 'No colour' }));
    await user.click(form.getByRole('button', { name: 'Save' }));
    expect(backend.last('update_account')).toEqual({ accountId: 'ada', label: null, colour: null });
  });

  test.each(['Cancel', 'Escape'])('do not change after %s', async (way) => {
    const { user, backend, form, label } = await marking();
    await user.type(label, 'x');
    if (way === 'Escape') await user.keyboard('{Escape}');
    else await user.click(form.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('form')).not.toBeInTheDocument());
    expect(backend.count('update_account')).toBe(0);
  });

  test('show the reason of a refusal and keep the typed text', async () => {
    const { user, form, label } = await marking({}, { update_account: notice('label', 'It is too long.') });
    await user.type(label, 'Studio');
    await user.click(form.getByRole('button', { name: 'Save' }));
    expect(await form.findByText('It is too long.')).toBeInTheDocument();
    expect(label).toHaveValue('Studio');
  });

  test('are limited to 40 characters', async () => {
    const { user, label } = await marking();
    await user.type(label, 'a'.repeat(45));
    expect(label.value).toHaveLength(40);
  });
});

describe('a label is shown beside the nickname', () => {
  const studio = { ...ada, label: 'Studio' };

  test('in the sidebar, the queue and the status bar', async () => {
    await open({
      accounts: [studio],
      posts: [post('p', { accountName: 'Ada', settings: { accountId: 'ada' }, state: { kind: 'queued' } })],
      status: {
        services: [
          {
            host: 'h',
            accountId: 'ada',
            trying: false,
            nextTry: '2099-01-01T00:00:00Z',
            notice: notice('s', 'TikTok is not answering.'),
          },
        ],
      },
    });
    const side = within(screen.getByRole('list', { name: 'Connected accounts' }));
    for (const name of ['Studio', 'Ada']) {
      expect(side.getByText(name)).toBeInTheDocument();
      expect(card('p.mp4').getByText(name)).toBeInTheDocument();
    }
    expect(screen.getByText('Studio · Ada:')).toBeInTheDocument();
  });

  test('in the composer’s list of accounts', async () => {
    await open(
      { accounts: [studio], posts: [post('p', { settings: { accountId: 'ada' } })] },
      { page: 'compose', id: 'p' },
    );
    expect(await screen.findByRole('option', { name: 'Studio · Ada' })).toBeInTheDocument();
  });

  test('a post of a disconnected account keeps its stored name', async () => {
    await open({
      posts: [
        post('p', { accountName: 'Bo', settings: { accountId: 'gone' }, state: { kind: 'published' } }),
      ],
    });
    expect(card('p.mp4').getByText('Bo')).toBeInTheDocument();
  });
});

describe('a long list of accounts', () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    account(`a${index}`, {
      displayName: `Creator ${index}`,
      label: index === 7 ? 'Harbour' : null,
      ...(index === 3 ? { state: 'reconnectNeeded', reconnect: notice('lost', 'It was refused.') } : {}),
    }),
  );
  const cards = () => main().getAllByRole('heading', { level: 2 });

  test('folds the details', async () => {
    const { user } = await open({ accounts: many }, { page: 'accounts' });
    expect(cards()).toHaveLength(12);
    expect(main().queryByRole('group', { name: 'Weekly slots' })).not.toBeInTheDocument();
    await user.click(card('Harbour').getByRole('button', { name: 'Details' }));
    expect(await card('Harbour').findByRole('group', { name: 'Weekly slots' })).toBeInTheDocument();
    // An account that needs the creator's attention is never folded.
    expect(card('Creator 3').getByText('It was refused.')).toBeInTheDocument();
  });

  test('can be searched by label, nickname or handle', async () => {
    const { user } = await open({ accounts: many }, { page: 'accounts' });
    const find = main().getByRole('searchbox', { name: 'Find an account' });
    await user.type(find, 'harb');
    expect(cards().map(({ textContent }) => textContent)).toEqual(['Harbour']);
    await user.clear(find);
    await user.type(find, 'creator.a11');
    expect(cards().map(({ textContent }) => textContent)).toEqual(['Creator 11']);
    await user.clear(find);
    await user.type(find, 'nobody');
    expect(main().getByText('No account matches.')).toBeInTheDocument();
  });

  test('can be limited to accounts that need attention', async () => {
    const { user } = await open({ accounts: many }, { page: 'accounts' });
    await user.click(main().getByRole('button', { name: '1 account needs you' }));
    expect(cards().map(({ textContent }) => textContent)).toEqual(['Creator 3']);
  });

  test('expands the account that the page was opened for', async () => {
    await open({ accounts: many }, { page: 'accounts', id: 'a7' });
    expect(await card('Harbour').findByRole('group', { name: 'Weekly slots' })).toBeInTheDocument();
  });
});
