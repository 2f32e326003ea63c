/**
 * Tests of the time of a post: now, at a time, or in the next free slot, with the forecast of TikTok's
 * limits.
 */
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PostSettings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice, post } from '$lib/testing/fixtures';
import { resolve } from '$lib/testing/zones';

const ada = account('ada', { displayName: 'Ada' });
const VIENNA = 'Europe/Vienna';

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const choice = (name: string) => screen.getByRole('radio', { name });
const date = () => screen.getByLabelText<HTMLInputElement>('Date');
const time = () => screen.getByLabelText<HTMLInputElement>('Time');

// A Tuesday, 10:00 in Vienna.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T09:00:00Z') });
});
afterEach(() => vi.useRealTimers());

async function compose(world: World = {}, settings: Partial<PostSettings> = {}, parts = {}) {
  const opened = await open(
    {
      accounts: [ada],
      posts: [post('p', { settings: { accountId: 'ada', privacy: 'SELF_ONLY', ...settings }, ...parts })],
      ...world,
    },
    { page: 'compose', id: 'p' },
  );
  const { user } = opened;
  return {
    ...opened,
    /** Enters a date and time as a creator types them. */
    enter: async (day: string, clock: string) => {
      await user.clear(date());
      await user.type(date(), day);
      await user.clear(time());
      await user.type(time(), clock);
    },
  };
}

test('a post is sent now by default', async () => {
  const { backend, user } = await compose();
  expect(choice('Now')).toHaveAttribute('aria-checked', 'true');
  await waitFor(() => expect(button('Post')).toBeEnabled());
  await user.click(button('Post'));
  await waitFor(() => expect(backend.count('submit_post')).toBe(1));
  expect(backend.count('schedule_post')).toBe(0);
});

describe('a post at a chosen time', () => {
  test('starts from a valid time and is scheduled at the entered one', async () => {
    const { backend, user, enter } = await compose();
    await user.click(choice('At a time'));
    expect([date().value, time().value]).toEqual(['2026-11-24', '11:00']);
    expect(screen.getByText(/Vienna time/)).toBeInTheDocument();
    await enter('2026-11-26', '18:30');
    await user.click(button('Schedule'));
    expect(await screen.findByText('Scheduled: Thu 26 Nov, 18:30.')).toBeInTheDocument();
    expect(backend.last('schedule_post')).toEqual({
      id: 'p',
      moment: { dateTime: '2026-11-26T18:30', zone: VIENNA },
    });
    expect(backend.count('submit_post')).toBe(0);
    expect(await screen.findByRole('region', { name: /^Scheduled/ })).toBeInTheDocument();
  });

  test('saves the caption before it is scheduled', async () => {
    const { backend, user } = await compose();
    await user.click(choice('At a time'));
    await user.type(screen.getByRole('textbox', { name: 'Caption' }), 'last word');
    await user.click(button('Schedule'));
    await waitFor(() => expect(backend.count('schedule_post')).toBe(1));
    expect(backend.posts.get('p')?.settings.caption).toBe('last word');
  });

  test('explains a time that a clock change skips', async () => {
    const { user, enter } = await compose();
    await user.click(choice('At a time'));
    await enter('2027-03-28', '02:30');
    expect(
      await screen.findByText(
        'Clocks go forward that night and 02:30 does not exist. The post goes out at 03:30.',
      ),
    ).toBeInTheDocument();
    expect(button('Schedule')).toBeEnabled();
  });

  test('explains a time that a clock change repeats', async () => {
    const { user, enter } = await compose();
    await user.click(choice('At a time'));
    await enter('2027-10-31', '02:30');
    expect(
      await screen.findByText(/02:30 happens twice\. The post goes out the first time/),
    ).toBeInTheDocument();
  });

  test('refuses a past time with a message beside the fields', async () => {
    const { backend, user, enter } = await compose();
    await user.click(choice('At a time'));
    await enter('2026-11-24', '08:00');
    expect(await screen.findByText('This time has passed. Choose a later time.')).toBeInTheDocument();
    expect(date()).toHaveAttribute('aria-invalid', 'true');
    expect(button('Schedule')).toBeDisabled();
    await enter('2026-11-25', '08:00');
    await waitFor(() => expect(button('Schedule')).toBeEnabled());
    expect(backend.count('schedule_post')).toBe(0);
  });

  test('needs a date and a time', async () => {
    const { user } = await compose();
    await user.click(choice('At a time'));
    await user.clear(time());
    await waitFor(() => expect(button('Schedule')).toBeDisabled());
    expect(screen.getByText('Choose a date and a time.')).toBeInTheDocument();
  });

  test('needs an audience', async () => {
    const { user } = await compose({}, { privacy: null });
    await user.click(choice('At a time'));
    expect(button('Schedule')).toBeDisabled();
    expect(screen.getByText('Choose who can see this video.')).toBeInTheDocument();
    // The declaration is directly before the button.
    const declaration = screen.getByText(/By posting, you agree/);
    expect(declaration).toAppearBefore(button('Schedule'));
  });

  test('keeps the entered time while another page is open', async () => {
    const { user, enter } = await compose();
    await user.click(choice('At a time'));
    await enter('2026-12-24', '17:00');
    await user.click(screen.getByRole('link', { name: 'Change the time zone' }));
    await screen.findByRole('heading', { name: 'Settings' });
    location.hash = '#/compose/p';
    await waitFor(() => expect(date()).toHaveValue('2026-12-24'));
    expect(time()).toHaveValue('17:00');
  });

  test('starts from the previous time of an unscheduled draft', async () => {
    await compose({}, {}, { schedule: resolve({ dateTime: '2026-12-01T09:15', zone: VIENNA }) });
    expect(choice('At a time')).toHaveAttribute('aria-checked', 'true');
    expect([date().value, time().value]).toEqual(['2026-12-01', '09:15']);
  });

  test('stays a draft if scheduling is refused', async () => {
    const { user } = await compose({
      failing: { schedule_post: notice('schedule.past', 'This moment is just over.') },
    });
    await user.click(choice('At a time'));
    await waitFor(() => expect(button('Schedule')).toBeEnabled());
    await user.click(button('Schedule'));
    expect(await screen.findByText('This moment is just over.')).toBeInTheDocument();
    expect(button('Schedule')).toBeEnabled();
  });
});

describe('the next free slot', () => {
  const slots = { ada: [{ weekday: 'thursday', time: '18:30' } as const] };

  test('shows its time and schedules the post there', async () => {
    const { backend, user } = await compose({ slots });
    await user.click(choice('Next free slot'));
    expect(await screen.findByText('Thu 26 Nov, 18:30')).toBeInTheDocument();
    await user.click(button('Add to next slot'));
    expect(await screen.findByText('Scheduled: Thu 26 Nov, 18:30.')).toBeInTheDocument();
    expect(backend.last('schedule_next_slot')).toEqual({ id: 'p' });
  });

  test('skips a slot that another post uses', async () => {
    const other = post('q', {
      settings: { accountId: 'ada' },
      state: { kind: 'scheduled' },
      schedule: resolve({ dateTime: '2026-11-26T18:30', zone: VIENNA }),
    });
    const { user } = await compose({
      slots,
      posts: [post('p', { settings: { accountId: 'ada', privacy: 'SELF_ONLY' } }), other],
    });
    await user.click(choice('Next free slot'));
    expect(await screen.findByText('Thu 3 Dec, 18:30')).toBeInTheDocument();
  });

  test('links to the weekly slots if there are none', async () => {
    const { user } = await compose();
    await user.click(choice('Next free slot'));
    const link = await screen.findByRole('link', { name: 'Add weekly slots' });
    expect(link).toHaveAttribute('href', '#/accounts/ada');
    expect(button('Add to next slot')).toBeDisabled();
  });

  test('is available to inbox drafts', async () => {
    const { backend, user } = await compose({ slots }, { mode: 'inbox', caption: 'later' });
    await user.click(choice('Next free slot'));
    await screen.findByText('Thu 26 Nov, 18:30');
    await user.click(button('Add to next slot'));
    await waitFor(() => expect(backend.count('schedule_next_slot')).toBe(1));
    // The caption is copied when the video has arrived in the inbox, not now.
    expect(backend.count('copy_caption')).toBe(0);
  });
});

describe('the forecast', () => {
  test('counts posts around the chosen time', async () => {
    const { backend, user } = await compose({ forecast: { directPosts: 3 } });
    expect(await screen.findByText('This will be post 3 of about 15 in 24 hours')).toBeInTheDocument();
    expect(backend.last('forecast')).toEqual({ accountId: 'ada', mode: 'direct', at: null });
    await user.click(choice('At a time'));
    await waitFor(() =>
      expect(backend.last('forecast')).toEqual({
        accountId: 'ada',
        mode: 'direct',
        at: '2026-11-24T10:00:00.000Z',
      }),
    );
  });

  test('counts drafts for the inbox', async () => {
    const { backend, user } = await compose({ forecast: { pendingDrafts: 4 } });
    await user.click(screen.getByRole('radio', { name: 'Send to inbox' }));
    expect(await screen.findByText('This will be draft 4 of 5 in 24 hours')).toBeInTheDocument();
    expect(backend.last('forecast')?.mode).toBe('inbox');
  });

  test('warns above the limit and does not block', async () => {
    await compose({ forecast: { notice: notice('forecast.daily', 'This would be post 16.') } });
    expect(await screen.findByText(/This would be post 16\./)).toBeInTheDocument();
    expect(screen.queryByText(/of about 15 in 24 hours/)).not.toBeInTheDocument();
    await waitFor(() => expect(button('Post')).toBeEnabled());
  });
});
