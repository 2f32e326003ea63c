/** The store of video conversions: their progress and their failures. */
import { toast } from 'svelte-sonner';
import { SvelteMap } from 'svelte/reactivity';
import {
  commands,
  type TranscodeOptions,
  type TranscodeChoice,
  type TranscodeOutcome,
  type TranscodeProgress,
  type Notice,
} from './bindings';
import { copy } from './clipboard';
import { notices, toNotice } from './notices.svelte';
import { posts } from './posts.svelte';
import { t } from './texts';

class Fits {
  #progress = new SvelteMap<string, TranscodeProgress>();
  #failures = new SvelteMap<string, Notice>();

  progressOf(id: string): TranscodeProgress | null {
    return this.#progress.get(id) ?? null;
  }

  failureOf(id: string): Notice | null {
    return this.#failures.get(id) ?? null;
  }

  /** Returns the possible conversions of a draft's file. Throws the notice of a failure. */
  async options(id: string, choice: TranscodeChoice): Promise<TranscodeOptions> {
    const fit = await commands.fit(id, choice);
    // Events report running jobs; this is for a window that was opened later.
    if (fit.progress !== null && !this.#progress.has(id)) this.#progress.set(id, fit.progress);
    return fit;
  }

  /** Starts a conversion. A refusal is stored as its failure. */
  async make(id: string, choice: TranscodeChoice): Promise<void> {
    this.#failures.delete(id);
    try {
      await commands.makeFit(id, choice);
    } catch (error) {
      this.#failures.set(id, toNotice(error));
    }
  }

  async cancel(id: string): Promise<void> {
    await notices.guard(() => commands.cancelFit(id));
  }

  async copyCommand(command: string): Promise<void> {
    const done = await notices.guard(() => copy(command).then(() => true));
    if (done) toast.success(t('make-fit-copied'));
  }

  progressed(id: string, progress: TranscodeProgress): void {
    this.#progress.set(id, progress);
  }

  ended(id: string, outcome: TranscodeOutcome): void {
    this.#progress.delete(id);
    if (outcome.kind === 'fits') toast.success(t('make-fit-done', { name: outcome.fileName }));
    if (outcome.kind === 'failed') {
      this.#failures.set(id, outcome.notice);
      // If the creator left the page, the result is shown as a notice.
      toast.error(t('make-fit-failed', { name: posts.get(id)?.fileName ?? '' }));
    }
  }

  /** Clears the store. */
  clear(): void {
    this.#progress.clear();
    this.#failures.clear();
  }
}

export const fits = new Fits();
