/** Tests of converting a draft's file through the composer's controls. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { Finding } from '$lib/bindings';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { NO_FFMPEG } from '$lib/testing/fakeFit';
import { account, creator, notice, post } from '$lib/testing/fixtures';

const fast: Finding = {
  rule: 'frame_rate_high',
  severity: 'blocks',
  notice: notice('clip.frame_rate_high', 'The frame rate is 120 fps. TikTok takes 23 to 60 fps.'),
};
const wide: Finding = {
  rule: 'landscape',
  severity: 'warns',
  notice: notice('clip.landscape', 'The video is wider than it is high.'),
};

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const steps = () =>
  within(screen.getByRole('list', { name: 'What Slipway will do' })).getAllByRole('listitem');
const words = () => steps().map((step) => step.textContent);

async function compose(findings: Finding[], world: World = {}) {
  const opened = await open(
    {
      accounts: [account('ada')],
      creators: [creator('ada')],
      posts: [post('p', { settings: { accountId: 'ada' }, findings })],
      ...world,
    },
    { page: 'compose', id: 'p' },
  );
  await screen.findByRole('heading', { name: 'Make it fit' });
  return opened;
}

describe('the conversion plan', () => {
  test('is shown before the conversion', async () => {
    const { backend, user } = await compose([fast]);
    await waitFor(() => expect(words()).toContain('Changes the frame rate to 60 fps.'));
    await user.click(button('Make it fit'));
    expect(backend.last('make_fit')).toEqual({ id: 'p', choice: { rules: null, maxDurationSec: 300 } });
  });

  test('follows the choices of the creator', async () => {
    const { backend, user } = await compose([fast, wide]);
    const upright = await screen.findByRole('checkbox', {
      name: 'Put it on an upright frame with black bars',
    });
    expect(upright).toHaveAttribute('aria-checked', 'false');
    await user.click(upright);
    await waitFor(() => expect(words()).toContain('Puts it on a black frame of 1080 × 1920 pixels.'));
    await user.click(button('Make it fit'));
    expect(backend.last('make_fit')?.choice).toMatchObject({ rules: ['frame_rate_high', 'landscape'] });
  });

  test('never cuts without the choice of the creator', async () => {
    const { user } = await compose([], { creators: [creator('ada', { maxDurationSec: 30 })] });
    const cut = await screen.findByRole('checkbox', { name: 'Cut it after 29 s' });
    expect(button('Make it fit')).toBeDisabled();
    await user.click(cut);
    await waitFor(() => expect(button('Make it fit')).toBeEnabled());
  });

  test('is absent for a file without findings', async () => {
    const { backend } = await open(
      { accounts: [account('ada')], creators: [creator('ada')], posts: [post('p')] },
      { page: 'compose', id: 'p' },
    );
    await waitFor(() => expect(backend.count('creator')).toBe(1));
    expect(screen.queryByRole('heading', { name: 'Make it fit' })).not.toBeInTheDocument();
    expect(backend.count('fit')).toBe(0);
  });
});

describe('a running conversion', () => {
  test('shows its progress and can be stopped', async () => {
    const { backend, user } = await compose([fast]);
    await user.click(await screen.findByRole('button', { name: 'Make it fit' }));
    const bar = await screen.findByRole('progressbar', { name: 'Converting p.mp4' });
    expect(bar).toHaveAttribute('aria-valuetext', 'Waiting for another video to finish.');
    await backend.fitProgress('p', { fraction: 0.435, secondsLeft: 90 });
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '43'));
    expect(screen.getByText('43 % done · about 2 min left')).toBeInTheDocument();
    await user.click(button('Stop'));
    expect(backend.last('cancel_fit')).toEqual({ id: 'p' });
    await waitFor(() => expect(button('Make it fit')).toBeEnabled());
  });

  test('is shown if it started before the page opened', async () => {
    const { backend } = await compose([fast]);
    await backend.fitProgress('p', { fraction: 0.6, secondsLeft: null });
    expect(await screen.findByText('60 % done')).toBeInTheDocument();
  });

  test('gives the draft the new file when it ends', async () => {
    const { backend, user } = await compose([fast]);
    await user.click(await screen.findByRole('button', { name: 'Make it fit' }));
    await backend.fitEnded('p', { kind: 'fits', fileName: 'p (fits).mp4' });
    await waitFor(() =>
      expect(screen.queryByRole('heading', { name: 'Make it fit' })).not.toBeInTheDocument(),
    );
    expect(screen.getAllByText('p (fits).mp4').length).toBeGreaterThan(0);
  });

  test('shows the reason of a failure and can be retried', async () => {
    const { backend, user } = await compose([fast]);
    await user.click(await screen.findByRole('button', { name: 'Make it fit' }));
    await backend.fitEnded('p', { kind: 'failed', notice: notice('fit.no_space', 'The disk is full.') });
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.');
    await user.click(button('Make it fit'));
    await waitFor(() => expect(screen.queryByText('The disk is full.')).not.toBeInTheDocument());
    expect(backend.count('make_fit')).toBe(2);
  });
});

describe('without ffmpeg', () => {
  test('the page names the package to install and offers the command', async () => {
    const { user } = await compose([fast], { ffmpeg: NO_FFMPEG });
    expect(await screen.findByText(/this computer has none/)).toBeInTheDocument();
    expect(screen.getByText(/sudo apt install ffmpeg/)).toBeInTheDocument();
    expect(button('Make it fit')).toBeDisabled();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(button('Copy ffmpeg command'));
    expect(write).toHaveBeenLastCalledWith(
      "ffmpeg -i 'file:/videos/p.mp4' -frame_rate_high 'file:/videos/p.mp4 (fits).mp4'",
    );
    await user.click(button('Copy the full command'));
    expect(write.mock.lastCall?.[0]).toContain('-everything');
    expect((await screen.findAllByText('Command copied')).length).toBeGreaterThan(0);
  });
});

test('a missing file can be checked again', async () => {
  const gone = notice('file.missing', 'The file is not there.');
  const { backend, user } = await compose([fast], { failing: { fit: gone } });
  expect((await screen.findByRole('alert')).textContent).toContain('The file is not there.');
  backend.failing = {};
  await user.click(button('Check again'));
  await waitFor(() => expect(button('Make it fit')).toBeEnabled());
});
