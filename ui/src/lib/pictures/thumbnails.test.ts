/** Tests of thumbnails: visible rows come first, two decoders work at a time, and memory has a limit. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBackend } from '../testing/fakeBackend';
import { FakeVideos, pictureAt } from '../testing/fakeVideos';
import { post } from '../testing/fixtures';
import { PictureCache } from './cache.svelte';
import { thumbnails } from './thumbnails.svelte';

const urlOf = (id: string) => `http://127.0.0.1:4001/token/${id}`;

beforeEach(() => {
  thumbnails.clear();
  new FakeBackend().install();
});

/** Requests the thumbnails of posts. Returns each post with the function that withdraws its request. */
function wanted(...ids: string[]) {
  return ids.map((id) => {
    const one = post(id);
    return { one, leave: thumbnails.request(one) };
  });
}

describe('a thumbnail', () => {
  test('is the cover of a direct post, or a frame near the start', async () => {
    new FakeVideos().install();
    const plain = post('plain');
    const covered = post('covered', { settings: { coverMs: 12_300 } });
    const inbox = post('inbox', { settings: { coverMs: 12_300, mode: 'inbox' } });
    const outside = post('outside', { settings: { coverMs: 42_000 } });
    for (const one of [plain, covered, inbox, outside]) {
      expect(thumbnails.of(one)).toBeUndefined();
      thumbnails.request(one);
    }
    await vi.waitFor(() => expect(thumbnails.of(outside)).toBe(pictureAt(urlOf('outside'), 1)));
    expect(thumbnails.of(plain)).toBe(pictureAt(urlOf('plain'), 1));
    expect(thumbnails.of(covered)).toBe(pictureAt(urlOf('covered'), 12.3));
    expect(thumbnails.of(inbox)).toBe(pictureAt(urlOf('inbox'), 1));
  });

  test('is drawn once, and again when the cover changes', async () => {
    const fake = new FakeVideos().install();
    thumbnails.request(post('p'))();
    const stay = thumbnails.request(post('p'));
    thumbnails.request(post('p'));
    await vi.waitFor(() => expect(thumbnails.of(post('p'))).toBe(pictureAt(urlOf('p'), 1)));
    stay();
    thumbnails.request(post('p'));
    expect(fake.videos).toEqual([]);
    const changed = post('p', { settings: { coverMs: 5000 } });
    thumbnails.request(changed);
    await vi.waitFor(() => expect(thumbnails.of(changed)).toBe(pictureAt(urlOf('p'), 5)));
    // One request was withdrawn before its video was opened.
    expect(fake.sought).toEqual([1, 5]);
  });

  test('is null after a failure, and retried when visible again', async () => {
    const fake = new FakeVideos().install({ plays: () => false });
    const one = post('p');
    const leave = thumbnails.request(one);
    await vi.waitFor(() => expect(thumbnails.of(one)).toBeNull());
    expect(fake.opened).toHaveLength(1);
    leave();
    fake.plays = () => true;
    thumbnails.request(one);
    await vi.waitFor(() => expect(thumbnails.of(one)).toBe(pictureAt(urlOf('p'), 1)));
  });
});

describe('several thumbnails', () => {
  test('are drawn two at a time, in the order of the rows', async () => {
    const fake = new FakeVideos().install();
    const rows = wanted('a', 'b', 'c', 'd', 'e');
    await vi.waitFor(() => expect(rows.every(({ one }) => thumbnails.of(one))).toBe(true));
    expect(fake.opened).toEqual(['a', 'b', 'c', 'd', 'e'].map(urlOf));
    expect(fake.most).toBe(2);
  });

  test('are dropped when their rows are hidden, even while they are drawn', async () => {
    const fake = new FakeVideos().install({ seeks: false });
    const [a, b, c, d] = wanted('a', 'b', 'c', 'd');
    await vi.waitFor(() => expect(fake.sought).toHaveLength(2));
    c?.leave();
    a?.leave();
    await vi.waitFor(() => expect(fake.opened).toEqual(['a', 'b', 'd'].map(urlOf)));
    fake.seeks = true;
    for (const video of fake.videos) fake.arrive(video);
    await vi.waitFor(() => expect(d && thumbnails.of(d.one)).toBe(pictureAt(urlOf('d'), 1)));
    expect(b && thumbnails.of(b.one)).toBe(pictureAt(urlOf('b'), 1));
    expect(a && thumbnails.of(a.one)).toBeUndefined();
    expect(c && thumbnails.of(c.one)).toBeUndefined();
    expect(fake.videos).toEqual([]);
  });
});

test('a full cache evicts the least recently used picture', () => {
  const cache = new PictureCache(2);
  cache.keep('a', 'A');
  cache.keep('b', null);
  cache.touch('a');
  cache.touch('never there');
  cache.keep('c', 'C');
  expect(['a', 'b', 'c', 'never there'].map((key) => cache.get(key))).toEqual([
    'A',
    undefined,
    'C',
    undefined,
  ]);
});
