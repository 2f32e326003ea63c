/** Tests of filmstrips: each frame is drawn once, and drawing stops on abort. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeVideos, pictureAt } from '../testing/fakeVideos';
import { drawStrip, forgetFrames, framesIn, knownFrames, momentsIn, type Strip } from './filmstrip';
import { NoPicture } from './frames';

const URL = 'http://127.0.0.1:4001/token/p';
const strip = (some: Partial<Strip> = {}): Strip => ({
  video: 'p 1 4000',
  url: URL,
  moments: [500, 1500, 2500, 3500],
  height: 112,
  ...some,
});
const alive = () => new AbortController().signal;

beforeEach(forgetFrames);

describe('drawing a filmstrip', () => {
  test('passes the frames in order, from one decoder', async () => {
    const fake = new FakeVideos().install();
    const drawn: [number, string][] = [];
    await drawStrip(strip(), alive(), (index, picture) => drawn.push([index, picture]));
    expect(drawn).toEqual([0.5, 1.5, 2.5, 3.5].map((at, index) => [index, pictureAt(URL, at)]));
    expect(fake.opened).toEqual([URL]);
    expect(fake.videos).toEqual([]);
  });

  test('uses cached frames and opens no decoder if all are cached', async () => {
    const fake = new FakeVideos().install();
    await drawStrip(strip(), alive(), () => undefined);
    await drawStrip(strip(), alive(), () => expect.unreachable());
    expect(fake.sought).toHaveLength(4);
    expect(fake.opened).toHaveLength(1);
    expect(knownFrames(strip())).toEqual([0.5, 1.5, 2.5, 3.5].map((at) => pictureAt(URL, at)));
    // Another size, or a changed file with the same name, is drawn separately.
    expect(knownFrames(strip({ height: 56 }))).toEqual([null, null, null, null]);
    expect(knownFrames(strip({ video: 'p 2 4000' }))).toEqual([null, null, null, null]);
  });

  test('resumes an interrupted strip', async () => {
    const fake = new FakeVideos().install();
    const closing = new AbortController();
    await expect(
      drawStrip(strip(), closing.signal, (index) => index === 1 && closing.abort()),
    ).rejects.toThrow(NoPicture);
    expect(fake.sought).toEqual([0.5, 1.5, 2.5]);
    expect(fake.videos).toEqual([]);
    await drawStrip(strip(), alive(), () => undefined);
    expect(fake.sought).toEqual([0.5, 1.5, 2.5, 2.5, 3.5]);
  });

  test('retries failed frames last, with a new decoder', async () => {
    let failing = true;
    const fake = new FakeVideos().install({
      content: (at) => (at === 1.5 && failing ? 'nothing' : 'picture'),
    });
    const drawn: number[] = [];
    await drawStrip(strip(), alive(), (index) => {
      drawn.push(index);
      failing = index !== 3;
    });
    expect(drawn).toEqual([0, 2, 3, 1]);
    expect(fake.opened).toHaveLength(2);
    expect(fake.videos).toEqual([]);
  });

  test('leaves out a frame that cannot be drawn', async () => {
    vi.useFakeTimers();
    const fake = new FakeVideos().install({ content: (at) => (at === 1.5 ? 'nothing' : 'picture') });
    const drawn: number[] = [];
    const ended = expect(drawStrip(strip(), alive(), (index) => drawn.push(index))).rejects.toThrow(
      NoPicture,
    );
    await vi.runAllTimersAsync();
    await ended;
    expect(drawn).toEqual([0, 2, 3]);
    expect(fake.videos).toEqual([]);
  });

  test('throws for an unplayable video', async () => {
    new FakeVideos().install({ plays: () => false });
    await expect(drawStrip(strip(), alive(), () => undefined)).rejects.toThrow(NoPicture);
  });
});

test('a strip has as many frames as fit, from eight to twelve', () => {
  expect(framesIn(296, 56, 9 / 16)).toBe(9);
  expect(framesIn(248, 56, 9 / 16)).toBe(8);
  expect(framesIn(2000, 56, 9 / 16)).toBe(12);
  expect(framesIn(296, 56, 16 / 9)).toBe(8);
  expect(framesIn(296, 56, 0)).toBe(8);
});

test('the frames are in the middle of equal parts of the video', () => {
  expect(momentsIn(4000, 4)).toEqual([500, 1500, 2500, 3500]);
  expect(momentsIn(0, 2)).toEqual([0, 0]);
});
