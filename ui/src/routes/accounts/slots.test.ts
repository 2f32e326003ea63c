/** Tests of the weekly slots of an account: adding and removing times, by mouse and by keyboard. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { WeeklySlot } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice } from '$lib/testing/fixtures';

const ada = account('ada', { displayName: 'Ada' });
const card = (name = 'Ada') => within(within(screen.getByRole('main')).getByRole('listitem', { name }));
const day = (name: string) => within(card().getByRole('listitem', { name }));
const add = (name: string) => card().getByRole('button', { name: `Add a time on ${name}` });
const monday: WeeklySlot = { weekday: 'monday', time: '18:30' };

async function openSlots(slots: WeeklySlot[] = [], world: World = {}) {
  const opened = await open({ accounts: [ada], slots: { ada: slots }, ...world }, { page: 'accounts' });
  await card().findByRole('heading', { name: 'Weekly slots' });
  return opened;
}

describe('weekly slots', () => {
  test('are listed by day and time', async () => {
    await openSlots([
      { weekday: 'wednesday', time: '18:30' },
      monday,
      { weekday: 'wednesday', time: '07:15' },
    ]);
    expect(day('Monday').getByText('18:30')).toBeInTheDocument();
    expect(
      day('Wednesday')
        .getAllByRole('button', { name: /^Remove/ })
        .map((each) => each.getAttribute('aria-label')),
    ).toEqual(['Remove Wednesday 07:15', 'Remove Wednesday 18:30']);
    expect(day('Tuesday').queryByRole('button', { name: /^Remove/ })).not.toBeInTheDocument();
    expect(card().getByText(/in Vienna time/)).toBeInTheDocument();
  });

  test('can be added with the keyboard, and the focus returns to the button', async () => {
    const { user, backend } = await openSlots([monday]);
    add('Friday').focus();
    await user.keyboard('{Enter}');
    const field = card().getByLabelText<HTMLInputElement>('Time on Friday');
    expect(field).toHaveFocus();
    await user.clear(field);
    await user.type(field, '07:45');
    await user.keyboard('{Enter}');
    expect(await day('Friday').findByText('07:45')).toBeInTheDocument();
    expect(backend.last('set_slots')).toEqual({
      accountId: 'ada',
      slots: [monday, { weekday: 'friday', time: '07:45' }],
    });
    await waitFor(() => expect(add('Friday')).toHaveFocus());
    expect(card().queryByLabelText('Time on Friday')).not.toBeInTheDocument();
  });

  test('are not added after Escape', async () => {
    const { user, backend } = await openSlots();
    await user.click(add('Sunday'));
    await user.keyboard('{Escape}');
    expect(card().queryByLabelText('Time on Sunday')).not.toBeInTheDocument();
    expect(backend.count('set_slots')).toBe(0);
  });

  test('are not duplicated', async () => {
    const { user } = await openSlots([monday]);
    await user.click(add('Monday'));
    const field = card().getByLabelText('Time on Monday');
    await user.clear(field);
    await user.type(field, '18:30');
    await user.click(card().getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(card().queryByLabelText('Time on Monday')).not.toBeInTheDocument());
    expect(day('Monday').getAllByText('18:30')).toHaveLength(1);
  });

  test('can be removed, and the focus stays on the day', async () => {
    const { user, backend } = await openSlots([monday]);
    await user.click(card().getByRole('button', { name: 'Remove Monday 18:30' }));
    await waitFor(() => expect(day('Monday').queryByText('18:30')).not.toBeInTheDocument());
    expect(backend.last('set_slots')).toEqual({ accountId: 'ada', slots: [] });
    expect(add('Monday')).toHaveFocus();
  });

  test('stay unchanged after a failure, with its reason beside them', async () => {
    const { user } = await openSlots([monday], {
      failing: { set_slots: notice('disk', 'The disk is full.') },
    });
    await user.click(card().getByRole('button', { name: 'Remove Monday 18:30' }));
    expect(await card().findByText('The disk is full.')).toBeInTheDocument();
    expect(day('Monday').getByText('18:30')).toBeInTheDocument();
  });

  test('belong to one account each', async () => {
    const bo = account('bo', { displayName: 'Bo' });
    await openSlots([monday], { accounts: [ada, bo] });
    expect(await card('Bo').findByText(/No slots yet/)).toBeInTheDocument();
  });
});
