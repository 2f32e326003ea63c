/** Tests of the seeker: one seek at a time, and the newest request wins. */
import { describe, expect, test, vi } from 'vitest';
import { FakeVideos } from '../testing/fakeVideos';
import { Seeker } from './seeker';

async function player(fake: FakeVideos) {
  const video = document.createElement('video');
  const seeker = new Seeker(video);
  video.src = 'http://127.0.0.1:4001/token/p';
  await Promise.resolve();
  return { fake, video, seeker };
}

describe('the seeker', () => {
  test('makes only the newest of the pending seeks', async () => {
    const { fake, video, seeker } = await player(new FakeVideos().install({ seeks: false }));
    for (const ms of [1000, 2000, 3000, 4000]) seeker.to(ms);
    expect(fake.sought).toEqual([1]);
    fake.arrive(video);
    expect(fake.sought).toEqual([1, 4]);
    fake.arrive(video);
    expect(fake.sought).toEqual([1, 4]);
  });

  test('waits until the video is loaded', async () => {
    const fake = new FakeVideos().install({ opens: false });
    const { video, seeker } = await player(fake);
    seeker.to(1000);
    seeker.to(2000);
    expect(fake.sought).toEqual([]);
    fake.opens = true;
    video.src = 'http://127.0.0.1:4001/token/p';
    await Promise.resolve();
    expect(fake.sought).toEqual([2]);
  });

  test('continues after a seek that never finishes', async () => {
    vi.useFakeTimers();
    const { fake, seeker } = await player(new FakeVideos().install({ seeks: false }));
    seeker.to(1000);
    seeker.to(2000);
    await vi.runAllTimersAsync();
    expect(fake.sought).toEqual([1, 2]);
  });

  test('skips a seek to the current position, and every seek after it is closed', async () => {
    const { fake, video, seeker } = await player(new FakeVideos().install());
    seeker.to(0);
    expect(fake.sought).toEqual([]);
    seeker.to(1000);
    seeker.to(2000);
    seeker.close();
    fake.arrive(video);
    expect(fake.sought).toEqual([1]);
  });
});
