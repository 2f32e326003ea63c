/** The commands that the generated bridge does not tell of yet, in the bridge's own form. */
import { invoke } from '@tauri-apps/api/core';
import type { LocalMoment, Notice, Post, PostMode, Schedule, Settings, Standing, Weekday } from './bindings';

/** A time that comes back every week, in the zone of the settings. */
export type WeeklySlot = {
  weekday: Weekday;
  /** The time of day, `HH:MM` in 24 hours. */
  time: string;
};

/** What an account's own history lets expect of TikTok's limits at a moment. */
export type Forecast = {
  /** Direct posts of this account in the 24 hours up to the moment, planned ones included. */
  directPosts: number;
  /** How many direct posts creators typically have in 24 hours. */
  directPostsTypical: number;
  /** Drafts sent to this creator's inbox in the 24 hours up to the moment, planned ones included. */
  pendingDrafts: number;
  /** How many drafts may be pending. */
  pendingDraftsMax: number;
  /** What to know of it, when a limit is near. */
  notice: Notice | null;
};

export const commands = {
  schedulePost: (id: string, moment: LocalMoment) => invoke<Post>('schedule_post', { id, moment }),
  scheduleNextSlot: (id: string) => invoke<Post>('schedule_next_slot', { id }),
  previewMoment: (moment: LocalMoment) => invoke<Schedule>('preview_moment', { moment }),
  nextSlot: (accountId: string) => invoke<Schedule | null>('next_slot', { accountId }),
  pausePost: (id: string) => invoke<Post>('pause_post', { id }),
  resumePost: (id: string) => invoke<Post>('resume_post', { id }),
  pauseAll: () => invoke<null>('pause_all'),
  resumeAll: () => invoke<null>('resume_all'),
  unschedulePost: (id: string) => invoke<Post>('unschedule_post', { id }),
  useChangedFile: (id: string) => invoke<Post>('use_changed_file', { id }),
  settings: () => invoke<Settings>('settings'),
  updateSettings: (settings: Settings) => invoke<Settings>('update_settings', { settings }),
  timeZones: () => invoke<string[]>('time_zones'),
  systemTimeZone: () => invoke<string>('system_time_zone'),
  slots: (accountId: string) => invoke<WeeklySlot[]>('slots', { accountId }),
  setSlots: (accountId: string, slots: WeeklySlot[]) =>
    invoke<WeeklySlot[]>('set_slots', { accountId, slots }),
  forecast: (accountId: string, mode: PostMode, at: string | null) =>
    invoke<Forecast>('forecast', { accountId, mode, at }),
  standing: () => invoke<Standing>('standing'),
  dismissNotice: (code: string) => invoke<null>('dismiss_notice', { code }),
};
