/** Tests of the pictures in the queue: the chosen cover, placeholders, and rows out of view. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '$lib/testing/app';
import { FakeVideos, pictureAt } from '$lib/testing/fakeVideos';
import { account, post } from '$lib/testing/fixtures';
import { scrolled } from '$lib/testing/sight';

const urlOf = (id: string) => `http://127.0.0.1:4001/token/${id}`;
const row = (id: string) => screen.getByRole('listitem', { name: `${id}.mp4` });
const picture = (id: string) =>
  within(row(id)).findByRole<HTMLImageElement>('img', { name: 'Preview picture' });
/** Returns the part of a row whose visibility is observed. */
const frame = (id: string) => within(row(id)).getByText('0:42').parentElement as HTMLElement;

const queueOf = (...posts: ReturnType<typeof post>[]) => open({ accounts: [account('ada')], posts });

describe('the thumbnail of a row', () => {
  test('is the chosen cover and follows its changes', async () => {
    new FakeVideos().install();
    const { backend } = await queueOf(post('p', { settings: { coverMs: 9000 } }));
    expect((await picture('p')).src).toBe(new URL(pictureAt(urlOf('p'), 9)).href);
    await backend.move('p', { kind: 'queued' }, { settings: { ...post('p').settings, coverMs: 12_300 } });
    await waitFor(async () =>
      expect((await picture('p')).src).toBe(new URL(pictureAt(urlOf('p'), 12.3)).href),
    );
  });

  test('is replaced by the codec if the video cannot be shown', async () => {
    new FakeVideos().install({ plays: () => false });
    await queueOf(post('p', { media: { videoCodec: 'ProRes' } }));
    expect(await within(row('p')).findByText('ProRes')).toBeInTheDocument();
    expect(within(row('p')).queryByRole('img')).not.toBeInTheDocument();
  });

  test('is not drawn while the row is hidden', async () => {
    const fake = new FakeVideos().install({ seeks: false });
    await queueOf(...['a', 'b', 'c'].map((id) => post(id)));
    await waitFor(() => expect(fake.sought).toHaveLength(2));
    expect(fake.opened).toEqual(['a', 'b'].map(urlOf));
    scrolled(frame('a'), false);
    // The next row starts at once in the freed place.
    await waitFor(() => expect(fake.opened).toEqual(['a', 'b', 'c'].map(urlOf)));
    expect(fake.videos).toHaveLength(2);
    fake.seeks = true;
    for (const video of fake.videos) fake.arrive(video);
    await picture('b');
    await picture('c');
    expect(within(row('a')).queryByRole('img')).not.toBeInTheDocument();
    scrolled(frame('a'), true);
    await picture('a');
  });
});
