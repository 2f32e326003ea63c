/**
 * Tests of the cover: the choice in the filmstrip or the player, and the replacement if the video cannot be
 * shown.
 */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PostSettings } from '$lib/bindings';
import { open } from '$lib/testing/app';
import { FakeVideos, pictureAt, type Behaviour } from '$lib/testing/fakeVideos';
import { account, post } from '$lib/testing/fixtures';

const URL = 'http://127.0.0.1:4001/token/p';
/** The last position: the fixture's 42 seconds without the end, which has no frame. */
const LAST = 41_900;

const slider = () => screen.getByRole('slider', { name: 'Cover' });
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const player = () => screen.getByLabelText<HTMLVideoElement>('p.mp4');
const pictures = () => [...slider().querySelectorAll('img')].map(({ src }) => src);

beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(296);
});

async function compose(settings: Partial<PostSettings> = {}, behaviour: Partial<Behaviour> = {}) {
  const fake = new FakeVideos().install(behaviour);
  const opened = await open(
    {
      accounts: [account('ada')],
      posts: [post('p', { settings: { accountId: 'ada', ...settings } }), post('q')],
    },
    { page: 'compose', id: 'p' },
  );
  await screen.findByRole('region', { name: 'Preview' });
  return {
    ...opened,
    fake,
    /** Waits until that cover is stored. */
    stored: (ms: number | null) =>
      waitFor(() => expect(opened.backend.posts.get('p')?.settings.coverMs).toBe(ms)),
  };
}

describe('choosing a cover in the filmstrip', () => {
  test('keys choose the position, and the player shows its frame', async () => {
    const { user } = await compose();
    const handle = slider();
    const shown = player();
    expect(handle).toHaveAttribute('aria-valuetext', 'First frame');
    handle.focus();
    await user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}{ArrowLeft}');
    expect(handle).toHaveAttribute('aria-valuenow', '1900');
    expect(handle).toHaveAttribute('aria-valuetext', '0:01.9');
    await waitFor(() => expect(shown.currentTime).toBe(1.9));
  });

  test('the last position has a frame, and the first frame is stored as no choice', async () => {
    const { user, fake, stored } = await compose();
    const shown = player();
    slider().focus();
    await user.keyboard('{End}');
    await stored(LAST);
    await waitFor(() => expect(shown.currentTime).toBe(41.9));
    await user.keyboard('{PageUp}{Home}');
    // TikTok uses the first frame by default.
    await stored(null);
    expect(fake.sought.every((seconds) => seconds <= 41.9)).toBe(true);
  });

  test('the handle follows the pointer and stops at the ends', async () => {
    const { stored } = await compose();
    vi.spyOn(slider(), 'getBoundingClientRect').mockReturnValue({ left: 100, width: 200 } as DOMRect);
    const at = (clientX: number) => ({ clientX, pointerId: 1, button: 0 });
    await fireEvent.pointerMove(slider(), at(150));
    expect(slider()).toHaveAttribute('aria-valuenow', '0');
    await fireEvent.pointerDown(slider(), at(150));
    expect(slider()).toHaveAttribute('aria-valuenow', String(Math.round(LAST / 4)));
    await fireEvent.pointerMove(slider(), at(200));
    await fireEvent.pointerMove(slider(), at(900));
    expect(slider()).toHaveAttribute('aria-valuenow', String(LAST));
    await fireEvent.pointerMove(slider(), at(200));
    await fireEvent.pointerUp(slider(), at(200));
    await fireEvent.pointerMove(slider(), at(120));
    await stored(LAST / 2);
    await fireEvent.pointerDown(slider(), { ...at(120), button: 2 });
    expect(slider()).toHaveAttribute('aria-valuenow', String(LAST / 2));
  });

  test('frames appear one by one, and closing the composer stops the drawing', async () => {
    const { user, fake } = await compose({}, { seeks: false });
    const strip = await waitFor(() => {
      const hidden = fake.videos.find((video) => video !== player());
      if (!hidden || fake.sought.length === 0) throw new Error('not begun');
      return hidden;
    });
    expect(pictures()).toEqual([]);
    fake.arrive(strip);
    await waitFor(() => expect(pictures()).toHaveLength(1));
    await waitFor(() => expect(fake.sought).toHaveLength(2));
    await user.click(screen.getByRole('link', { name: 'Back to queue' }));
    await screen.findByRole('heading', { name: 'Queue' });
    expect(fake.videos).not.toContain(strip);
  });

  test('the finished filmstrip is cached for the next visit', async () => {
    const { user, fake } = await compose();
    await waitFor(() => expect(pictures()).toHaveLength(9));
    const middles = Array.from({ length: 9 }, (_, index) => Math.round(((index + 0.5) / 9) * LAST) / 1000);
    expect(pictures()).toEqual(middles.map((at) => new window.URL(pictureAt(URL, at)).href));
    await user.click(button('Next draft'));
    await screen.findByRole('heading', { name: 'q.mp4' });
    await user.click(button('Previous draft'));
    await screen.findByRole('heading', { name: 'p.mp4' });
    await waitFor(() => expect(pictures()).toHaveLength(9));
    // The player opens twice and the filmstrip once, because cached frames are not drawn again.
    expect(fake.opened.filter((url) => url === URL)).toHaveLength(3);
  });
});

describe('choosing a cover in the player', () => {
  test('the visible frame becomes the cover, not the previous one', async () => {
    const { user, stored } = await compose();
    await waitFor(() => expect(button('Use this frame')).toBeEnabled());
    // At 30 frames per second, frame 217 starts here.
    player().currentTime = 7.233333;
    await fireEvent.timeUpdate(player());
    expect(screen.getByText('0:07.2')).toBeInTheDocument();
    await user.click(button('Use this frame'));
    await stored(7234);
    expect(slider()).toHaveAttribute('aria-valuetext', '0:07.2');
  });

  test('a button returns to the first frame', async () => {
    const { user, stored } = await compose({ coverMs: 9000 });
    await waitFor(() => expect(player().currentTime).toBe(9));
    await user.click(button('First frame'));
    await stored(null);
    expect(player().currentTime).toBe(0);
    expect(slider()).toHaveAttribute('aria-valuetext', 'First frame');
    expect(screen.queryByRole('button', { name: 'First frame' })).not.toBeInTheDocument();
  });
});

test('a stored position outside the video is the first frame, as for TikTok', async () => {
  await compose({ coverMs: 60_000 });
  expect(slider()).toHaveAttribute('aria-valuetext', 'First frame');
});

test('the cover of an inbox draft is chosen in the TikTok app', async () => {
  const { user } = await compose({ mode: 'inbox', coverMs: 9000 });
  expect(screen.getByText(/You choose the cover in the TikTok app/)).toBeInTheDocument();
  expect(screen.queryByRole('slider')).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Use this frame' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Post directly' }));
  expect(slider()).toHaveAttribute('aria-valuetext', '0:09.0');
});

test('an unplayable video shows its details, and its cover is chosen by time', async () => {
  const { user, fake, stored } = await compose({}, { plays: () => false });
  expect(await screen.findByText('No preview available')).toBeInTheDocument();
  expect(screen.queryByLabelText('p.mp4')).not.toBeInTheDocument();
  const region = screen.getByRole('region', { name: 'Preview' });
  const facts = [...region.querySelectorAll('dt')].map((name) => [
    name.textContent,
    name.nextElementSibling?.textContent,
  ]);
  expect(facts).toEqual([
    ['Container', 'MP4'],
    ['Video', 'H.264'],
    ['Sound', 'AAC'],
    ['Picture', '1080 × 1920'],
    ['Frame rate', '30 fps'],
    ['Length', '0:42'],
    ['File', '84.2 MB'],
  ]);
  expect(within(region).getByText(/This window cannot show it/)).toBeInTheDocument();
  slider().focus();
  await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
  await stored(1000);
  // The filmstrip does not open a second decoder for a video that cannot be decoded.
  expect(fake.opened).toEqual([URL]);
});
