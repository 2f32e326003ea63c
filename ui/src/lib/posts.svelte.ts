/** The store of the posts in the queue, newest first, and of the progress of uploads. */
import { toast } from 'svelte-sonner';
import { SvelteMap } from 'svelte/reactivity';
import {
  commands,
  type HistoryEntry,
  type LocalMoment,
  type Post,
  type PostSettings,
  type Progress,
} from './bindings';
import { background } from './background.svelte';
import { notices } from './notices.svelte';
import { t } from './texts';

/** The parts of the queue, in the order in which they are shown. */
export const GROUPS = ['attention', 'approval', 'drafts', 'active', 'scheduled', 'done'] as const;
export type Group = (typeof GROUPS)[number];

/** Returns the group of a post in the queue. */
export function groupOf(post: Post): Group {
  switch (post.state.kind) {
    case 'draft':
      return post.folder?.approval ? 'approval' : 'drafts';
    case 'failed':
    case 'unconfirmed':
      return 'attention';
    case 'waiting':
      return post.state.reason === 'reconnect' ? 'attention' : 'active';
    case 'scheduled':
      return 'scheduled';
    case 'paused':
      return post.state.notice === null ? 'active' : 'attention';
    case 'queued':
    case 'checking':
    case 'uploading':
    case 'processing':
      return 'active';
    case 'published':
    case 'deliveredToInbox':
    case 'cancelled':
      return 'done';
  }
}

class Posts {
  /** One entry for each post, so that a change redraws only its own row. */
  #byId = new SvelteMap<string, Post>();
  /** Separate from the posts, because it changes many times a second. */
  #progress = new SvelteMap<string, Progress>();
  /** Counts the events of each post, so that a command's answer that is older than an event is dropped. */
  #events = new Map<string, number>();
  loaded = $state(false);

  readonly list = $derived(
    [...this.#byId.values()].sort(
      (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1),
    ),
  );
  readonly drafts = $derived(this.list.filter((post) => post.state.kind === 'draft'));
  readonly groups = $derived(
    GROUPS.map((group) => ({ group, posts: this.#in(group) })).filter(({ posts }) => posts.length > 0),
  );
  /** A pause would stop at least one post. */
  readonly underWay = $derived(
    this.list.some((post) => groupOf(post) === 'active' || groupOf(post) === 'scheduled'),
  );
  readonly unfinished = $derived(this.list.filter((post) => groupOf(post) !== 'done').length);

  get(id: string): Post | null {
    return this.#byId.get(id) ?? null;
  }

  progressOf(id: string): Progress | null {
    return this.#progress.get(id) ?? null;
  }

  async load(): Promise<void> {
    await notices.guard(async () => {
      const events = new Map(this.#events);
      const all = await commands.posts();
      const fresh = (id: string) => events.get(id) !== this.#events.get(id);
      for (const id of [...this.#byId.keys()]) if (!fresh(id)) this.#forget(id);
      for (const post of all) if (!fresh(post.id)) this.#keep(post);
      this.loaded = true;
    });
  }

  /** Stores a draft's settings. Throws the notice of a failure. */
  async save(id: string, settings: PostSettings): Promise<void> {
    await this.#answer(id, commands.updatePost(id, settings));
  }

  /** Sends a draft. Throws the notice of a failure. */
  async submit(id: string): Promise<void> {
    await this.#answer(id, commands.submitPost(id));
  }

  /** Schedules a post at a time. Throws the notice of a failure. */
  async schedule(id: string, moment: LocalMoment): Promise<Post> {
    const post = await this.#answer(id, commands.schedulePost(id, moment));
    void background.offer('schedule');
    return post;
  }

  /** Schedules a post in its account's next free slot. Throws the notice of a failure. */
  async scheduleNextSlot(id: string): Promise<Post> {
    const post = await this.#answer(id, commands.scheduleNextSlot(id));
    void background.offer('schedule');
    return post;
  }

  /** Approves a draft from a folder. Throws the notice of a failure. */
  approve(id: string): Promise<Post> {
    return this.#answer(id, commands.approvePost(id));
  }

  /** Unschedules a post: it becomes a draft. */
  async unschedule(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.unschedulePost(id)));
  }

  async pause(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.pausePost(id)));
  }

  /** Queues a scheduled post before its time. */
  async postNow(id: string): Promise<void> {
    await notices.guard(() => this.submit(id));
  }

  /** Resumes a paused post: at its scheduled time if that is in the future, otherwise now. */
  async resume(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.resumePost(id)));
  }

  /** Accepts the current file of a failed post; the post becomes a draft. */
  async useChangedFile(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.useChangedFile(id)));
  }

  async cancel(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.cancelPost(id)));
  }

  async retry(id: string): Promise<void> {
    await notices.guard(() => this.#answer(id, commands.retryPost(id)));
  }

  /** Removes a post from the queue. Returns `true` on success. */
  async remove(id: string): Promise<boolean> {
    const done = await notices.guard(() => commands.removePost(id));
    if (done === undefined) return false;
    this.#forget(id);
    return true;
  }

  async open(id: string): Promise<void> {
    await notices.guard(() => commands.openPost(id));
  }

  async copyCaption(id: string): Promise<void> {
    await notices.guard(async () => {
      await commands.copyCaption(id);
      toast.success(t('posts-caption-copied'));
    });
  }

  async history(id: string): Promise<HistoryEntry[]> {
    return (await notices.guard(() => commands.postHistory(id))) ?? [];
  }

  /** Stores the backend's version of a post. */
  changed(post: Post): void {
    this.#countEvent(post.id);
    const before = this.#byId.get(post.id)?.state.kind;
    this.#keep(post);
    if (before === undefined || before === post.state.kind) return;
    if (post.state.kind === 'published') toast.success(t('posts-published-toast', { name: post.fileName }));
    if (post.state.kind === 'deliveredToInbox')
      toast.success(t('posts-inbox-toast', { name: post.fileName }));
  }

  removed(id: string): void {
    this.#countEvent(id);
    this.#forget(id);
  }

  progressed(id: string, progress: Progress): void {
    if (this.#byId.has(id)) this.#progress.set(id, progress);
  }

  /** Stores a command's answer, unless a newer event arrived. */
  async #answer(id: string, answer: Promise<Post>): Promise<Post> {
    const events = this.#events.get(id);
    const post = await answer;
    if (this.#events.get(id) === events) this.#keep(post);
    return post;
  }

  #in(group: Group): Post[] {
    const members = this.list.filter((post) => groupOf(post) === group);
    const due = (post: Post) => Date.parse(post.schedule?.at ?? '') || Infinity;
    return group === 'scheduled' ? members.sort((a, b) => due(a) - due(b)) : members;
  }

  /** Clears the store, as before the first load. */
  clear(): void {
    this.#byId.clear();
    this.#progress.clear();
    this.loaded = false;
  }

  #countEvent(id: string): void {
    this.#events.set(id, (this.#events.get(id) ?? 0) + 1);
  }

  #keep(post: Post): void {
    this.#byId.set(post.id, post);
    if (post.progress) this.#progress.set(post.id, post.progress);
    else this.#progress.delete(post.id);
  }

  #forget(id: string): void {
    this.#byId.delete(id);
    this.#progress.delete(id);
  }
}

export const posts = new Posts();
