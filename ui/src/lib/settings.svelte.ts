/** The store of the settings. */
import { commands, type DailyWindow, type Settings } from './bindings';
import { notices } from './notices.svelte';
import { place } from './place.svelte';

/** The settings with nothing left out. */
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
  /** This computer's own zone. */
  systemZone = $state('UTC');
  /** Every zone that can be chosen; empty until somebody asks. */
  zones = $state.raw<string[]>([]);
  /** Saves run one after the other, each from what the one before it left. */
  #saves: Promise<unknown> = Promise.resolve();

  /** The zone in which moments and slots are meant. */
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

  /** Stores some of the settings; throws the notice. */
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
