/** The state of the folder form: its choices, the folder's contents, TikTok's limits and the creator's agreement. */
import { SvelteMap } from 'svelte/reactivity';
import { accounts } from '../accounts.svelte';
import {
  commands,
  type Account,
  type Creator,
  type Folder,
  type FolderPreview,
  type Notice,
  type PostSettings,
} from '../bindings';
import { allowed, type CreatorAnswer } from '../compose/rules';
import { folders } from '../folders.svelte';
import { toNotice } from '../notices.svelte';
import { t } from '../texts';
import {
  choicesOf,
  common,
  folderBlockers,
  newFolder,
  stored,
  terms,
  within,
  type FolderChoices,
} from './rules';

/** The state of the query for the folder's contents. */
export type FolderContents =
  { kind: 'loading' } | { kind: 'known'; preview: FolderPreview } | { kind: 'failed'; notice: Notice };

export class FolderForm {
  readonly path: string;
  /** The folder to change; `null` for a new folder. */
  readonly folder: Folder | null;
  settings: FolderChoices = $state.raw(newFolder([]));
  contents: FolderContents = $state.raw({ kind: 'loading' });
  /** The caption that the rule creates for an example. */
  caption = $state.raw<string | null>(null);
  captionProblem = $state.raw<Notice | null>(null);
  /** The previously chosen audience is not available to all of the accounts. */
  privacyGone = $state(false);
  /** The creator agrees to direct posts. */
  consent = $state(false);
  saving = $state(false);
  failure = $state.raw<Notice | null>(null);

  readonly accounts: Account[] = $derived.by(() =>
    this.settings.accounts.flatMap((id) => accounts.get(id) ?? []),
  );
  readonly direct: boolean = $derived.by(() => this.settings.action === 'direct');
  /** The options that TikTok allows all chosen creators, once it has answered for each. */
  readonly creator: Creator | null = $derived.by(() => {
    const known = this.accounts.flatMap(({ id }) => {
      const answer = this.answerOf(id);
      return answer.kind === 'known' ? [answer.creator] : [];
    });
    return known.length === this.accounts.length ? common(known) : null;
  });
  /** The earlier agreement covers the current settings. */
  readonly agreed: boolean = $derived.by(
    () =>
      this.folder !== null &&
      this.folder.consentedAt !== null &&
      terms(choicesOf(this.folder.settings)) === terms(this.settings),
  );
  readonly blockers: string[] = $derived.by(() => [
    // The settings of a watched folder can be changed while its drive is disconnected.
    ...(this.folder === null && this.contents.kind === 'failed' ? [t('folders-form-blockers-folder')] : []),
    ...folderBlockers({
      settings: this.settings,
      accounts: this.accounts,
      answers: this.accounts.map(({ id }) => this.answerOf(id)),
      creator: this.creator,
      templateProblem: this.captionProblem,
      needsConsent: this.direct && !this.agreed && !this.consent,
    }),
  ]);

  #answers = new SvelteMap<string, CreatorAnswer>();
  #newestContents = 0;
  #newestCaption = 0;

  constructor(path: string, folder: Folder | null) {
    this.path = path;
    this.folder = folder;
    this.settings = folder === null ? newFolder(accounts.list) : choicesOf(folder.settings);
  }

  /** Loads everything that the page needs. */
  open(): void {
    void this.loadContents();
    void this.#loadCaption();
    this.loadCreators();
  }

  answerOf(accountId: string): CreatorAnswer {
    return this.#answers.get(accountId) ?? { kind: 'none' };
  }

  /** Changes some of the settings. A change of the terms needs a new agreement. */
  change(some: Partial<FolderChoices>): void {
    const before = this.settings;
    this.settings = { ...before, ...some };
    if (terms(before) !== terms(this.settings)) this.consent = false;
    if (some.caption || some.hashtags) void this.#loadCaption();
    if (some.subfolders || (some.accounts && this.settings.subfolders === 'perAccount'))
      void this.loadContents();
    if (some.action || some.accounts) this.loadCreators();
  }

  changePost(some: Partial<PostSettings>): void {
    if (some.privacy !== undefined && some.privacy !== null) this.privacyGone = false;
    this.change({ post: { ...this.settings.post, ...some } });
  }

  chooseAccount(id: string, on: boolean): void {
    const others = this.settings.accounts.filter((each) => each !== id);
    // Keeps the order of the account list, so that equal selections compare as equal.
    const chosen = accounts.list
      .map((each) => each.id)
      .filter((each) => others.includes(each) || (on && each === id));
    this.change({ accounts: chosen });
  }

  /**
   * Queries TikTok for the options of the chosen creators that are not loaded yet. `retryFailed` repeats failed
   * queries.
   */
  loadCreators(retryFailed = false): void {
    if (!this.direct) return;
    for (const account of this.accounts) {
      const { kind } = this.answerOf(account.id);
      if (kind === 'none' || (retryFailed && kind === 'failed')) void this.#loadCreator(account);
    }
    this.#applyLimits();
  }

  /** Requests the contents of the folder. */
  async loadContents(): Promise<void> {
    const request = ++this.#newestContents;
    let contents: FolderContents;
    try {
      contents = { kind: 'known', preview: await commands.previewFolder(this.path, stored(this.settings)) };
    } catch (error) {
      contents = { kind: 'failed', notice: toNotice(error) };
    }
    if (request === this.#newestContents) this.contents = contents;
  }

  /** Starts watching the folder, or stores its changed settings. Returns it, or `null` on failure. */
  async save(): Promise<Folder | null> {
    if (this.saving || this.blockers.length > 0) return null;
    this.saving = true;
    this.failure = null;
    const settings = stored(this.settings);
    const consent = this.direct && this.consent;
    try {
      return this.folder === null
        ? await folders.add(this.path, settings, consent)
        : await folders.update(this.folder.id, settings, consent);
    } catch (error) {
      this.failure = toNotice(error);
      return null;
    } finally {
      this.saving = false;
    }
  }

  async #loadCreator(account: Account): Promise<void> {
    if (!account.canDirectPost || account.state !== 'connected') return;
    this.#answers.set(account.id, { kind: 'loading' });
    let answer: CreatorAnswer;
    try {
      answer = { kind: 'known', creator: await commands.creator(account.id) };
    } catch (error) {
      answer = { kind: 'failed', notice: toNotice(error) };
    }
    this.#answers.set(account.id, answer);
    this.#applyLimits();
  }

  /** Removes the choices that TikTok does not allow all of the creators. */
  #applyLimits(): void {
    const { creator } = this;
    if (!this.direct || creator === null) return;
    const { post } = this.settings;
    const permitted = allowed(post, creator);
    if (post.privacy !== null && permitted.privacy === null) this.privacyGone = true;
    if (JSON.stringify(permitted) !== JSON.stringify(post)) this.change({ post: permitted });
  }

  async #loadCaption(): Promise<void> {
    const request = ++this.#newestCaption;
    const { caption: rule, hashtags } = this.settings;
    if (rule.kind === 'textFile' || rule.kind === 'jsonFile') {
      this.caption = null;
      this.captionProblem = null;
      return;
    }
    let caption: string | null = null;
    let problem: Notice | null = null;
    try {
      caption = await commands.previewCaption(
        rule,
        hashtags,
        within(this.path, t('folders-form-example-name')),
      );
    } catch (error) {
      problem = toNotice(error);
    }
    if (request !== this.#newestCaption) return;
    // Keeps the last valid preview beside the error, so that the layout does not jump while typing.
    this.caption = caption ?? this.caption;
    this.captionProblem = problem;
  }
}
