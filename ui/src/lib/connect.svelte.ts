/** The store of attempts to connect an account in the browser, and of their outcomes. */
import { toast } from 'svelte-sonner';
import { accounts } from './accounts.svelte';
import { commands, type ConnectOutcome, type ConnectPurpose, type Notice } from './bindings';
import { notices, toNotice } from './notices.svelte';
import { t } from './texts';

/** A different creator signed in than the one whose account was to be connected. */
export type OtherCreator = Omit<Extract<ConnectOutcome, { kind: 'anotherCreator' }>, 'kind'>;

type Stage =
  | { kind: 'starting' }
  | { kind: 'waiting'; id: string; expiresAt: string }
  | { kind: 'another'; id: string; other: OtherCreator }
  | { kind: 'failed'; notice: Notice };

/** One attempt to connect an account on TikTok's sign-in page. */
export type Attempt = { key: number; purpose: ConnectPurpose; stage: Stage };
/** An attempt that waits for its creator in the browser. */
export type Waiting = Attempt & { stage: Extract<Stage, { kind: 'waiting' }> };

const isWaiting = (attempt: Attempt): attempt is Waiting => attempt.stage.kind === 'waiting';

class Connect {
  attempts = $state.raw<Attempt[]>([]);
  /** The dialog is visible. The creator may hide it and keep working. */
  shown = $state(false);
  #nextKey = 1;
  /** Outcomes that arrived before the command returned their attempt. */
  #early = new Map<string, ConnectOutcome>();

  readonly waiting = $derived(this.attempts.filter(isWaiting));
  /** The first attempt that ended with a message or a choice. */
  readonly ended = $derived(
    this.attempts.find(({ stage }) => stage.kind === 'failed' || stage.kind === 'another') ?? null,
  );

  /** A sign-in page is being opened. */
  get starting(): boolean {
    return this.attempts.some(({ stage }) => stage.kind === 'starting');
  }

  /** Opens TikTok's page in the browser and waits. */
  async begin(purpose: ConnectPurpose = { kind: 'new' }): Promise<void> {
    if (this.starting) return;
    const key = this.#nextKey++;
    // A second attempt for the same account would only replace the first.
    const before = this.waiting.find((each) => isSame(each.purpose, purpose));
    if (purpose.kind !== 'new' && before) {
      this.shown = true;
      return this.reopen(before.key);
    }
    this.attempts = [...this.attempts, { key, purpose, stage: { kind: 'starting' } }];
    try {
      const { id, expiresAt } = await commands.beginConnect(purpose);
      this.#stage(key, { kind: 'waiting', id, expiresAt });
      this.shown = true;
      const outcome = this.#early.get(id);
      if (outcome) this.finished(id, outcome);
    } catch (error) {
      this.#stage(key, { kind: 'failed', notice: toNotice(error) });
    }
  }

  async reopen(key: number): Promise<void> {
    await this.#during(key, (id) => commands.reopenConnect(id));
  }

  async copyLink(key: number): Promise<void> {
    await this.#during(key, async (id) => {
      await commands.copyConnectLink(id);
      toast.success(t('connecting-copied'));
    });
  }

  /** Cancels an attempt, or closes the message of a failed one. */
  async cancel(key: number): Promise<void> {
    const attempt = this.#get(key);
    this.#drop(key);
    if (attempt && 'id' in attempt.stage) {
      const { id } = attempt.stage;
      await notices.guard(() => commands.cancelConnect(id));
    }
  }

  /** Cancels an attempt and starts another one for the same purpose. */
  async retry(key: number): Promise<void> {
    const purpose = this.#get(key)?.purpose;
    await this.cancel(key);
    if (purpose) await this.begin(purpose);
  }

  /** Keeps the account of the creator who signed in, although another one was expected. */
  async keepOther(key: number): Promise<void> {
    const stage = this.#get(key)?.stage;
    if (stage?.kind !== 'another') return;
    try {
      const { displayName } = await commands.keepOtherCreator(stage.id);
      if (this.#get(key)) toast.success(t('connecting-connected', { name: displayName }));
      this.#drop(key);
      await accounts.load();
    } catch (error) {
      this.#stage(key, { kind: 'failed', notice: toNotice(error) });
    }
  }

  /** Stores the outcome of an attempt. */
  finished(attemptId: string, outcome: ConnectOutcome): void {
    if (outcome.kind === 'connected') void accounts.load();
    const attempt = this.attempts.find(({ stage }) => 'id' in stage && stage.id === attemptId);
    if (!attempt) {
      if (this.starting) this.#early.set(attemptId, outcome);
      return;
    }
    this.#early.delete(attemptId);
    switch (outcome.kind) {
      case 'connected':
        this.#drop(attempt.key);
        toast.success(t('connecting-connected', { name: outcome.displayName }));
        break;
      case 'failed':
        this.#stage(attempt.key, { kind: 'failed', notice: outcome.notice });
        break;
      case 'anotherCreator':
        this.#stage(attempt.key, { kind: 'another', id: attemptId, other: outcome });
        break;
      case 'cancelled':
        this.#drop(attempt.key);
    }
  }

  reset(): void {
    this.attempts = [];
    this.shown = false;
    this.#early.clear();
  }

  #get(key: number): Attempt | undefined {
    return this.attempts.find((attempt) => attempt.key === key);
  }

  #stage(key: number, stage: Stage): void {
    this.attempts = this.attempts.map((attempt) => (attempt.key === key ? { ...attempt, stage } : attempt));
  }

  #drop(key: number): void {
    this.attempts = this.attempts.filter((attempt) => attempt.key !== key);
    if (this.waiting.length === 0) this.shown = false;
  }

  async #during(key: number, work: (id: string) => Promise<unknown>): Promise<void> {
    const attempt = this.#get(key);
    if (!attempt || !isWaiting(attempt)) return;
    await notices.guard(() => work(attempt.stage.id));
  }
}

function isSame(one: ConnectPurpose, other: ConnectPurpose): boolean {
  return (
    one.kind === other.kind &&
    (one.kind === 'new' || (other.kind !== 'new' && one.accountId === other.accountId))
  );
}

export const connect = new Connect();
