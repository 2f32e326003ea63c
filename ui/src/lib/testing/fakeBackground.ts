/** The part of the fake backend that runs in the background: closing, the start at login, and absences. */
import { emit } from '@tauri-apps/api/event';
import type {
  AwayItem,
  BackgroundSettings,
  LoginOffer,
  Workload,
  Preferences,
  WindowRequest,
} from '../bindings';

export type BackgroundWorld = {
  background?: Partial<BackgroundSettings>;
  /** What happened while Slipway was closed. */
  away?: AwayItem[];
};

/** An workload without work. */
export const NO_WORK: Workload = {
  scheduled: 0,
  waiting: 0,
  underWay: 0,
  folders: 0,
  needsYou: 0,
  next: null,
  uploading: null,
  paused: false,
};

export class FakeBackground {
  settings: BackgroundSettings;
  away: AwayItem[];
  #offered: LoginOffer[] = [];

  constructor(world: BackgroundWorld) {
    this.settings = {
      preferences: { keepRunning: 'whenNeeded', keepAwake: true },
      // Most tests are not about the offer.
      startAtLogin: true,
      ...world.background,
    };
    this.away = [...(world.away ?? [])];
  }

  update(preferences: Preferences): BackgroundSettings {
    return (this.settings = { ...this.settings, preferences });
  }

  startAtLogin(enabled: boolean): BackgroundSettings {
    return (this.settings = { ...this.settings, startAtLogin: enabled });
  }

  offer(occasion: LoginOffer): boolean {
    if (this.settings.startAtLogin || this.#offered.includes(occasion)) return false;
    this.#offered.push(occasion);
    return true;
  }

  /** Sends a request to the page. */
  request(request: WindowRequest): Promise<void> {
    return emit('window-requested', request);
  }
}
