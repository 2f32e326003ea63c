/** The state of one draft in the composer: its settings, the creator's limits, saving and sending. */
import { nameOf } from '../accountName';
import { accounts } from '../accounts.svelte';
import {
  commands,
  type Account,
  type KnownUse,
  type Post,
  type PostSettings,
  type Schedule,
} from '../bindings';
import { notices, toNotice } from '../notices.svelte';
import { posts } from '../posts.svelte';
import { knownHere } from '../folders/rules';
import { Plan } from '../schedule/plan.svelte';
import { t } from '../texts';
import { allowed, blockers, disclosure, UNDECIDED, type CreatorAnswer } from './rules';

const SAVE_AFTER_MS = 400;

export class Composer {
  readonly id: string;
  /** The time of the post. */
  readonly plan: Plan;
  settings: PostSettings = $state.raw(UNDECIDED);
  answer: CreatorAnswer = $state.raw({ kind: 'none' });
  preview = $state.raw<string | null>(null);
  /** The previously chosen audience is no longer available. */
  privacyGone = $state(false);
  saving: 'saved' | 'saving' | 'failed' = $state('saved');
  submitting = $state(false);
  /** The creator wants to post the same video to this account again. */
  againAnyway = $state(false);

  readonly post: Post | null = $derived.by(() => posts.get(this.id));
  readonly account: Account | null = $derived.by(() => accounts.get(this.settings.accountId));
  /** Posts and queued posts of the same video by this account. */
  readonly knownHere: KnownUse[] = $derived.by(() =>
    this.post === null ? [] : knownHere(this.post, this.account),
  );
  readonly blockers: string[] = $derived.by(() =>
    this.post === null
      ? []
      : [
          ...blockers({
            post: this.post,
            settings: this.settings,
            account: this.account,
            answer: this.answer,
          }),
          ...(this.account !== null && this.knownHere.length > 0 && !this.againAnyway
            ? [t('folders-known-blocker', { name: nameOf(this.account) })]
            : []),
          ...this.plan.blockers,
        ],
  );
  readonly canSubmit: boolean = $derived.by(
    () => this.post?.state.kind === 'draft' && this.blockers.length === 0 && !this.submitting,
  );

  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Saves are queued, so that an older one never overwrites a newer one. */
  #saves: Promise<unknown> = Promise.resolve();
  #dirty = false;
  #newest = 0;

  constructor(post: Post) {
    this.id = post.id;
    this.settings = { ...post.settings };
    this.plan = new Plan(post);
  }

  /** Loads everything that the page needs. */
  async open(): Promise<void> {
    if (this.post?.state.kind !== 'draft') return;
    const only = accounts.list.length === 1 ? accounts.list[0] : undefined;
    if (this.account === null && only) this.chooseAccount(only.id);
    else void this.loadCreator();
    const url = await notices.guard(() => commands.previewUrl(this.id));
    this.preview = url ?? null;
  }

  /** Saves pending changes when the page closes. */
  close(): void {
    this.#newest += 1;
    if (this.post?.state.kind !== 'draft') this.#discard();
    void this.flush().catch((error: unknown) => notices.show(toNotice(error)));
  }

  /** Changes some of the settings and stores them soon. */
  change(some: Partial<PostSettings>): void {
    this.settings = { ...this.settings, ...some };
    if (some.privacy !== undefined && some.privacy !== null) this.privacyGone = false;
    this.#saveSoon();
  }

  /** Selects another account and resets the settings that its creator must choose. */
  chooseAccount(accountId: string | null): void {
    const account = accounts.get(accountId);
    const mode = account && !account.canDirectPost && account.canInbox ? 'inbox' : this.settings.mode;
    this.privacyGone = false;
    this.againAnyway = false;
    this.change({
      accountId,
      mode,
      privacy: null,
      allowComment: false,
      allowDuet: false,
      allowStitch: false,
    });
    void this.loadCreator();
  }

  chooseMode(mode: PostSettings['mode']): void {
    if (mode === this.settings.mode) return;
    this.change({ mode });
    void this.loadCreator();
  }

  /** Turns the disclosure on or off. Off also clears both brand options. */
  disclose(on: boolean): void {
    this.change(disclosure(on));
  }

  /** Queries TikTok for the creator's current options. Only direct posts depend on them. */
  async loadCreator(): Promise<void> {
    const request = ++this.#newest;
    const account = this.account;
    if (!account?.canDirectPost || account.state !== 'connected' || this.settings.mode !== 'direct') {
      this.answer = { kind: 'none' };
      return;
    }
    this.answer = { kind: 'loading' };
    let answer: CreatorAnswer;
    try {
      answer = { kind: 'known', creator: await commands.creator(account.id) };
    } catch (error) {
      answer = { kind: 'failed', notice: toNotice(error) };
    }
    // The creator may have chosen another account during the query.
    if (request !== this.#newest) return;
    if (answer.kind === 'known') this.#applyLimits(answer.creator);
    this.answer = answer;
  }

  /** Saves pending changes. Throws the notice of a failure. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#dirty) this.#saves = this.#saves.then(() => this.#save());
    await this.#saves;
  }

  /** Sends or schedules the post. Returns its scheduled time, if any, or `null` on failure. */
  async submit(): Promise<{ schedule: Schedule | null } | null> {
    if (!this.canSubmit) return null;
    this.submitting = true;
    try {
      await this.flush();
      const schedule = await this.plan.submit();
      // The caption of a scheduled draft is copied later, by the button in the queue.
      if (this.plan.when === 'now' && this.settings.mode === 'inbox' && this.settings.caption !== '') {
        await notices.guard(() => commands.copyCaption(this.id));
      }
      return { schedule };
    } catch (error) {
      notices.show(toNotice(error));
      return null;
    } finally {
      this.submitting = false;
    }
  }

  #discard(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dirty = false;
  }

  #applyLimits(creator: Parameters<typeof allowed>[1]): void {
    const permitted = allowed(this.settings, creator);
    this.privacyGone = this.settings.privacy !== null && permitted.privacy === null;
    if (!same(permitted, this.settings)) this.change(permitted);
  }

  #saveSoon(): void {
    this.#dirty = true;
    this.saving = 'saving';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => notices.show(toNotice(error)));
    }, SAVE_AFTER_MS);
  }

  async #save(): Promise<void> {
    this.#dirty = false;
    try {
      await posts.save(this.id, this.settings);
      if (!this.#dirty) this.saving = 'saved';
    } catch (error) {
      this.#dirty = true;
      this.saving = 'failed';
      // The chain is reset for the next save. The caller of this save gets the error.
      this.#saves = Promise.resolve();
      throw error;
    }
  }
}

function same(a: PostSettings, b: PostSettings): boolean {
  return (Object.keys(a) as (keyof PostSettings)[]).every((key) => a[key] === b[key]);
}
