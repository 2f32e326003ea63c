/** A connect under way in the browser, and how it ended. */
import { toast } from 'svelte-sonner';
import { accounts } from './accounts.svelte';
import { commands, type ConnectAttempt, type ConnectOutcome, type Notice } from './bindings';
import { notices, toNotice } from './notices.svelte';
import { texts } from './texts';

type State =
  | { kind: 'idle' }
  | { kind: 'starting' }
  | { kind: 'waiting'; attempt: ConnectAttempt }
  | { kind: 'failed'; notice: Notice };

class Connect {
  state = $state.raw<State>({ kind: 'idle' });
  /** Outcomes that arrived before their attempt was known here. */
  #early = new Map<string, ConnectOutcome>();

  get busy(): boolean {
    return this.state.kind === 'starting' || this.state.kind === 'waiting';
  }

  /** Opens TikTok's page in the browser and waits. */
  async begin(): Promise<void> {
    if (this.busy) return;
    this.state = { kind: 'starting' };
    try {
      const attempt = await commands.beginConnect();
      this.state = { kind: 'waiting', attempt };
      const outcome = this.#early.get(attempt.id);
      if (outcome) this.finished(attempt.id, outcome);
    } catch (error) {
      this.state = { kind: 'failed', notice: toNotice(error) };
    }
  }

  async reopen(): Promise<void> {
    await this.#during((attempt) => commands.reopenConnect(attempt.id));
  }

  async copyLink(): Promise<void> {
    await this.#during(async (attempt) => {
      await commands.copyConnectLink(attempt.id);
      toast.success(texts.connect.copied);
    });
  }

  /** Gives up, or closes the message of a connect that failed. */
  async cancel(): Promise<void> {
    const was = this.state;
    this.state = { kind: 'idle' };
    if (was.kind === 'waiting') await notices.guard(() => commands.cancelConnect(was.attempt.id));
  }

  /** The backend's word on how an attempt ended. */
  finished(attemptId: string, outcome: ConnectOutcome): void {
    if (this.state.kind === 'starting') this.#early.set(attemptId, outcome);
    if (outcome.kind === 'connected') void accounts.load();
    if (this.state.kind !== 'waiting' || this.state.attempt.id !== attemptId) return;
    this.#early.clear();
    switch (outcome.kind) {
      case 'connected':
        this.state = { kind: 'idle' };
        toast.success(texts.connect.connected(outcome.displayName));
        break;
      case 'failed':
        this.state = { kind: 'failed', notice: outcome.notice };
        break;
      case 'cancelled':
        this.state = { kind: 'idle' };
    }
  }

  reset(): void {
    this.state = { kind: 'idle' };
    this.#early.clear();
  }

  async #during(work: (attempt: ConnectAttempt) => Promise<unknown>): Promise<void> {
    if (this.state.kind !== 'waiting') return;
    const { attempt } = this.state;
    await notices.guard(() => work(attempt));
  }
}

export const connect = new Connect();
