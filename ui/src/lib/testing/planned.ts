/** Sample posts that are scheduled, paused or waiting for an answer, and sample statuses. */
import type { HistoryEntry, Notice, Post, Schedule, Service, AppStatus } from '../bindings';
import { localOf } from '../schedule/zone';
import { notice, post } from './fixtures';
import { resolve } from './zones';
import { fakeNotice, line } from './notices';

const ZONE = 'Europe/Vienna';
const HOUR = 3_600_000;

export const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** Returns the schedule for an instant. */
export function scheduleAt(instant: number): Schedule {
  const { date, time } = localOf(instant, ZONE);
  return resolve({ dateTime: `${date}T${time}`, zone: ZONE });
}

const missed: Notice = fakeNotice({
  code: 'post.missed',
  happened: 'This post was due on 24 November, 04:00 and could not go out then.',
  slipway: 'It was not posted late, because that was longer ago than the grace period.',
  you: 'Post it now, or choose a new time.',
});
const changed: Notice = fakeNotice({
  code: 'file.changed',
  happened: 'The file is another one than when you planned this post.',
  slipway: 'Slipway stopped before sending anything.',
  you: 'Use the file as it is now, or put the old one back and try again.',
});
const metered: Notice = fakeNotice({
  code: 'post.metered',
  happened: 'This network is metered.',
  slipway: 'Slipway waits for another network, then continues automatically.',
  you: 'Change “Wait on metered networks” in the settings to upload now.',
});
const spacing: Notice = fakeNotice({
  code: 'post.spacing',
  happened: 'The account’s last post went out only just now.',
  slipway: 'Slipway keeps the spacing that you chose and then continues automatically.',
  you: '',
});
const restoredPost: Notice = fakeNotice({
  code: 'post.restored',
  happened: 'This post comes from a backup of 23 November, so it may have been published since.',
  slipway: 'Slipway does not send it automatically, so that it cannot appear twice.',
  you: 'Look at your profile. If the video is not there, go on with it.',
});
const remark: Notice = fakeNotice({
  code: 'post.remark',
  happened: 'TikTok remarked while still at work: the sound could not be matched.',
  slipway: 'Slipway keeps checking the post.',
  you: '',
});

/** One post in each of these states. */
export function planned(accountName: string, accountId: string): Post[] {
  const of = { accountName, settings: { accountId, caption: 'Down she goes' } };
  return [
    post('missed', { ...of, fileName: 'sail-loft.mp4', state: { kind: 'paused', notice: missed } }),
    post('backup', {
      ...of,
      fileName: 'bowsprit.mp4',
      state: { kind: 'paused', notice: restoredPost },
      schedule: scheduleAt(Date.now() + 50 * HOUR),
    }),
    post('changed', {
      ...of,
      fileName: 'launch-day.mp4',
      state: { kind: 'failed', notice: changed, canRetry: false, fileChanged: true },
    }),
    post('paused', {
      ...of,
      fileName: 'planking-timelapse-4k.mp4',
      sizeBytes: 612_000_000,
      state: { kind: 'paused', notice: null },
      progress: { sentBytes: 389_000_000, totalBytes: 612_000_000, bytesPerSecond: null, secondsLeft: null },
    }),
    post('remarked', {
      ...of,
      fileName: 'sea-trial.mp4',
      state: { kind: 'processing' },
      remark,
    }),
    post('metered', {
      ...of,
      fileName: 'anchor-chain.mov',
      state: { kind: 'waiting', reason: 'metered', notice: metered, until: null },
    }),
    post('spaced', {
      ...of,
      fileName: 'deck-oil.mp4',
      state: { kind: 'waiting', reason: 'spacing', notice: spacing, until: soon(1_500) },
    }),
    post('queued', { ...of, fileName: 'rigging-plan.webm', state: { kind: 'queued' } }),
    post('far', {
      ...of,
      fileName: 'christmas-at-the-yard.mp4',
      state: { kind: 'scheduled' },
      schedule: scheduleAt(Date.now() + 31 * 24 * HOUR),
    }),
    post('skipped', {
      ...of,
      fileName: 'night-watch.mp4',
      state: { kind: 'scheduled' },
      schedule: resolve({ dateTime: `${nextSpring()}T02:30`, zone: ZONE }),
    }),
    post('near', {
      ...of,
      fileName: 'harbour-lights.mp4',
      state: { kind: 'scheduled' },
      schedule: scheduleAt(Date.now() + 0.4 * HOUR),
    }),
    post('tonight', {
      ...of,
      fileName: 'evening-tide.mp4',
      state: { kind: 'scheduled' },
      schedule: scheduleAt(Date.now() + 5.3 * HOUR),
    }),
  ];
}

/** Returns the day of the next change to summer time in Europe: the last Sunday of March. */
export function nextSpring(): string {
  const year = new Date().getUTCFullYear() + (new Date().getUTCMonth() > 1 ? 1 : 0);
  const last = new Date(Date.UTC(year, 2, 31));
  last.setUTCDate(31 - last.getUTCDay());
  return last.toISOString().slice(0, 10);
}

/** Returns a service whose circuit is open until its next try. */
export function openCircuit(some: Partial<Service> = {}): Service {
  return {
    host: 'open.tiktokapis.com',
    accountId: null,
    trying: false,
    nextTry: soon(45),
    notice: fakeNotice({
      code: 'service.silent',
      happened: 'TikTok is not answering.',
      slipway: 'Slipway tries again automatically and sends nothing twice.',
      you: 'Nothing is needed. Check your connection if it stays so.',
    }),
    ...some,
  };
}

export const restored: Notice = fakeNotice({
  code: 'database.restored',
  happened: 'Slipway’s database was damaged, and the backup of 23 November, 04:12 was put in its place.',
  slipway: 'The damaged file was set aside. Posts changed since then ask before they are sent.',
  you: 'Look through the queue.',
});

/** A status with many items. */
export function manyStatusItems(): Partial<AppStatus> {
  return {
    network: 'metered',
    services: [
      openCircuit(),
      openCircuit({
        accountId: 'tomo',
        notice: fakeNotice({
          code: 'service.faults',
          happened: 'TikTok is having problems.',
          slipway: 'Slipway tries again automatically and sends nothing twice.',
          you: 'Nothing is needed.',
        }),
      }),
    ],
    notices: [
      restored,
      notice('disk.full', 'The disk is full.'),
      fakeNotice({
        code: 'webhook.port',
        happened: 'Port 7834 is used by another program.',
        slipway: 'Slipway does not receive TikTok’s webhooks.',
        you: 'Choose another port in the settings.',
      }),
    ],
  };
}

/** A long history. */
export function longHistory(): HistoryEntry[] {
  const start = Date.parse('2026-11-23T13:58:00Z');
  const entry = (minutes: number, text: string) => ({
    at: new Date(start + minutes * 60_000).toISOString(),
    message: line(text),
  });
  return [
    entry(0, 'Added to the queue'),
    entry(3, 'Put in line'),
    entry(4, 'File and account are checked'),
    ...Array.from({ length: 27 }, (_, round) => [
      entry(5 + round * 31, `Connection lost at ${61 + round * 9} MB`),
      entry(5.4 + round * 31, `Resumed at ${60 + round * 9} MB`),
    ]).flat(),
    entry(850, 'All bytes are at TikTok; waiting for its word'),
    entry(852, 'Published'),
  ];
}
