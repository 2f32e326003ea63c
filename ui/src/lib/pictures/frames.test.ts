/** Tests of drawing frames: the right frame is drawn as soon as possible, and every decoder is freed. */
import { describe, expect, test, vi } from 'vitest';
import { FakeVideos, pictureAt } from '../testing/fakeVideos';
import { FrameReader, NoPicture } from './frames';

const URL = 'http://127.0.0.1:4001/token/p';
const alive = () => new AbortController().signal;

describe('reading a frame', () => {
  test('returns the picture at the position', async () => {
    const fake = new FakeVideos().install();
    const reader = await FrameReader.open(URL, alive());
    expect(await reader.frame(1500, 56)).toBe(pictureAt(URL, 1.5));
    expect(await reader.frame(0, 56)).toBe(pictureAt(URL, 0));
    expect(fake.sought).toEqual([1.5, 0]);
  });

  test('never seeks to the very end of the video', async () => {
    const fake = new FakeVideos().install({ duration: 3 });
    const reader = await FrameReader.open(URL, alive());
    await reader.frame(9000, 56);
    expect(fake.sought).toEqual([2.9]);
  });

  test.each(['nothing', 'black'] as const)('draws again while the frame is %s', async (first) => {
    new FakeVideos().install({ content: (_, draw) => (draw < 3 ? first : 'picture') });
    const reader = await FrameReader.open(URL, alive());
    expect(await reader.frame(1000, 56)).toBe(pictureAt(URL, 1));
  });

  test('accepts a black frame but not an empty one', async () => {
    vi.useFakeTimers();
    const fake = new FakeVideos().install({ content: () => 'black' });
    const reader = await FrameReader.open(URL, alive());
    const black = reader.frame(1000, 56);
    await vi.runAllTimersAsync();
    expect(await black).toBe(pictureAt(URL, 1));

    fake.content = () => 'nothing';
    const nothing = expect(reader.frame(2000, 56)).rejects.toThrow(NoPicture);
    await vi.runAllTimersAsync();
    await nothing;
  });

  test('times out if the seek never finishes', async () => {
    vi.useFakeTimers();
    new FakeVideos().install({ seeks: false });
    const reader = await FrameReader.open(URL, alive());
    const never = expect(reader.frame(1000, 56)).rejects.toThrow(NoPicture);
    await vi.runAllTimersAsync();
    await never;
  });
});

describe('opening a video', () => {
  test('fails for an unplayable video and frees the decoder', async () => {
    const fake = new FakeVideos().install({ plays: () => false });
    await expect(FrameReader.open(URL, alive())).rejects.toThrow(NoPicture);
    expect(fake.videos).toEqual([]);
  });

  test('fails if only the sound can be decoded', async () => {
    const fake = new FakeVideos().install();
    vi.spyOn(HTMLVideoElement.prototype, 'videoWidth', 'get').mockReturnValue(0);
    await expect(FrameReader.open(URL, alive())).rejects.toThrow(NoPicture);
    expect(fake.videos).toEqual([]);
  });

  test('times out if the video never opens', async () => {
    vi.useFakeTimers();
    const fake = new FakeVideos().install({ opens: false });
    const never = expect(FrameReader.open(URL, alive())).rejects.toThrow(NoPicture);
    await vi.runAllTimersAsync();
    await never;
    expect(fake.videos).toEqual([]);
  });

  test('ends at once on abort', async () => {
    const fake = new FakeVideos().install({ seeks: false });
    const gone = new AbortController();
    const reader = await FrameReader.open(URL, gone.signal);
    const frame = reader.frame(1000, 56);
    gone.abort();
    await expect(frame).rejects.toThrow(NoPicture);
    reader.close();
    expect(fake.videos).toEqual([]);
    await expect(FrameReader.open(URL, gone.signal)).rejects.toThrow(NoPicture);
    expect(fake.videos).toEqual([]);
  });
});
