/** The store for running in the background: its settings, the question about closing, and the offer to start at login. */
import { toast } from 'svelte-sonner';
import {
  commands,
  type BackgroundSettings,
  type CloseAnswer,
  type LoginOffer,
  type Workload,
  type Preferences,
} from './bindings';
import { notices } from './notices.svelte';
import { t } from './texts';

/** A question of the backend about closing the window or quitting. */
export type CloseQuestion =
  { kind: 'explainClose'; workload: Workload; tray: boolean } | { kind: 'confirmQuit'; workload: Workload };

/** The settings with all fields present. */
export type Background = { preferences: Required<Preferences>; startAtLogin: boolean };

const DEFAULTS: Background = {
  preferences: { keepRunning: 'whenNeeded', keepAwake: true },
  startAtLogin: false,
};

class BackgroundState {
  current: Background = $state.raw(DEFAULTS);
  question: CloseQuestion | null = $state.raw(null);
  /** The occasion of the offer to start at login, while it is shown. */
  offered = $state<LoginOffer | null>(null);
  busy = $state(false);

  async load(): Promise<void> {
    await notices.guard(async () => this.#take(await commands.background()));
  }

  /** Stores some of the preferences. Throws the notice of a failure. */
  async update(some: Partial<Preferences>): Promise<void> {
    this.#take(await commands.updateBackground({ ...this.current.preferences, ...some }));
  }

  /** Makes Slipway start at login, or not. Throws the notice of a failure. */
  async startAtLogin(enabled: boolean): Promise<void> {
    this.#take(await commands.startAtLogin(enabled));
  }

  /** Offers a start at login, if this is the first such occasion. */
  async offer(occasion: LoginOffer): Promise<void> {
    const offered = await notices.guard(() => commands.offerLogin(occasion));
    if (offered) this.offered = occasion;
  }

  async acceptOffer(): Promise<void> {
    this.busy = true;
    const done = await notices.guard(async () => {
      await this.startAtLogin(true);
      toast.success(t('background-offer-accepted'));
      return true;
    });
    this.busy = false;
    if (done) this.offered = null;
  }

  declineOffer(): void {
    this.offered = null;
  }

  ask(question: CloseQuestion): void {
    this.question = question;
  }

  async answer(answer: CloseAnswer): Promise<void> {
    this.question = null;
    await notices.guard(() => commands.answerClose(answer));
  }

  reset(): void {
    this.current = DEFAULTS;
    this.question = null;
    this.offered = null;
    this.busy = false;
  }

  #take({ preferences, startAtLogin }: BackgroundSettings): void {
    this.current = { preferences: { ...DEFAULTS.preferences, ...preferences }, startAtLogin };
  }
}

export const background = new BackgroundState();
