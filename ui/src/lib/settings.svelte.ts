/** The store of the settings. */
import { commands, type DailyWindow, type Settings } from './bindings';
import { notices } from './notices.svelte';
import { place } from './place.svelte';

/** The settings with all fields present. */
export type Publishing = {
  timeZone: string | null;
  graceMinutes: number;
  spacingMinutes: number;
  uploadLimit: { bytesPerSecond: number | null; onlyDuring: DailyWindow | null };
  waitOnMetered: boolean;
  webhook: { enabled: boolean; port: number };
  hostedPage: string | null;
  settleSeconds: number;
  ignoredNames: string[];
};

/** The engine's defaults. They apply until the backend has answered. */
const DEFAULTS: Publishing = {
  timeZone: null,
  graceMinutes: 60,
  spacingMinutes: 0,
  uploadLimit: { bytesPerSecond: null, onlyDuring: null },
  waitOnMetered: true,
  webhook: { enabled: false, port: 7834 },
  hostedPage: null,
  settleSeconds: 3,
  ignoredNames: [],
};

class SettingsState {
  current: Publishing = $state.raw(DEFAULTS);
  /** The computer's own time zone. */
  systemZone = $state('UTC');
  /** All time zones; empty until they are requested. */
  zones = $state.raw<string[]>([]);
  /** Saves are queued, so that each starts from the result of the previous one. */
  #saves: Promise<unknown> = Promise.resolve();

  /** The time zone of schedules and slots. */
  get zone(): string {
    return this.current.timeZone ?? this.systemZone;
  }

  async load(): Promise<void> {
    await notices.guard(async () => {
      const [settings, zone] = await Promise.all([commands.settings(), commands.systemTimeZone()]);
      this.changed(settings);
      this.systemZone = zone;
      place.zone = this.zone;
    });
  }

  async loadZones(): Promise<void> {
    if (this.zones.length > 0) return;
    await notices.guard(async () => (this.zones = await commands.timeZones()));
  }

  /** Stores some of the settings. Throws the notice of a failure. */
  async update(some: Partial<Publishing>): Promise<void> {
    const save = this.#saves.then(async () =>
      this.changed(await commands.updateSettings({ ...this.current, ...some })),
    );
    this.#saves = save.catch(() => undefined);
    await save;
  }

  /** Stores the backend's version of the settings. */
  changed(settings: Settings): void {
    const { uploadLimit, webhook, ...rest } = settings;
    this.current = {
      ...DEFAULTS,
      ...rest,
      uploadLimit: { ...DEFAULTS.uploadLimit, ...uploadLimit },
      webhook: { ...DEFAULTS.webhook, ...webhook },
    };
    place.zone = this.zone;
  }

  reset(): void {
    this.current = DEFAULTS;
    this.systemZone = 'UTC';
    place.zone = undefined;
    this.zones = [];
    this.#saves = Promise.resolve();
  }
}

export const settings = new SettingsState();
