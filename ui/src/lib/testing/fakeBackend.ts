/** A backend in memory: answers the commands as the real one does and sends its events. */
import { emit } from '@tauri-apps/api/event';
import { mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import type {
  Account,
  AddedFile,
  ConnectOutcome,
  Creator,
  Event,
  HistoryEntry,
  Notice,
  Post,
  PostSettings,
  PostState,
  Setup,
  Startup,
} from '../bindings';
import { creator, FIXTURE_TIME, post, setupOf } from './fixtures';

type Args = Record<string, unknown>;

/** What the fake starts from. */
export type World = {
  startup?: Startup;
  /** What `choose_mode`, `unlock` and `retry_startup` lead to. */
  next?: Startup;
  setup?: Setup;
  accounts?: Account[];
  creators?: Creator[];
  posts?: Post[];
  /** What becomes of files: by path, or else a draft is made. */
  refused?: Record<string, Notice>;
  /** What a retried post becomes; next in line where nothing is said. */
  retried?: PostState;
  /** What the file dialog gives. */
  picked?: string[];
  history?: HistoryEntry[];
  preview?: string;
  /** Commands that reject. */
  failing?: Record<string, unknown>;
  /** Commands that never answer. */
  hanging?: string[];
};

const READY: Startup = { kind: 'ready', mode: 'sandbox', controlUrl: 'http://127.0.0.1:4000/' };

export class FakeBackend {
  readonly calls: { command: string; args: Args }[] = [];
  readonly posts: Map<string, Post>;
  accounts: Account[];
  failing: Record<string, unknown>;
  hanging: string[];
  picked: string[];
  #world: World;
  #startup: Startup;
  #setup: Setup;
  #held = new Map<string, Promise<void>>();
  #attempts = 0;
  #files = 0;

  constructor(world: World = {}) {
    this.#world = world;
    this.#startup = world.startup ?? READY;
    this.#setup = world.setup ?? setupOf();
    this.accounts = [...(world.accounts ?? [])];
    this.posts = new Map((world.posts ?? []).map((each) => [each.id, each]));
    this.failing = { ...world.failing };
    this.hanging = [...(world.hanging ?? [])];
    this.picked = world.picked ?? [];
  }

  /** Puts the fake in the real backend's place. */
  install(): this {
    mockWindows('main');
    // Copies, as over a real bridge: nothing that the window holds changes behind its back.
    mockIPC(
      async (command, args) => {
        const held = this.#held.get(command);
        this.#held.delete(command);
        const answer = structuredClone(await this.#answer(command, (args ?? {}) as Args));
        await held;
        return answer;
      },
      { shouldMockEvents: true },
    );
    return this;
  }

  /** Holds back the next answer to a command; answers what lets go of it. */
  hold(command: string): () => void {
    let release: () => void = () => undefined;
    this.#held.set(command, new Promise((resolve) => (release = resolve)));
    return release;
  }

  /** How often a command was called. */
  count(command: string): number {
    return this.calls.filter((call) => call.command === command).length;
  }

  /** The last call's arguments. */
  last(command: string): Args | undefined {
    return this.calls.findLast((call) => call.command === command)?.args;
  }

  /** Sends an event of the engine. */
  send(event: Event): Promise<void> {
    return emit('engine-event', event);
  }

  /** Brings a post into a state and says so. */
  async move(id: string, state: PostState, some: Partial<Post> = {}): Promise<void> {
    await this.send({ kind: 'postChanged', post: this.#put(id, { ...some, state }) });
  }

  finishConnect(attemptId: string, outcome: ConnectOutcome): Promise<void> {
    return this.send({ kind: 'connectFinished', attemptId, outcome });
  }

  /** Lets files hover over the window. */
  dragOver(paths: string[]): Promise<void> {
    return emit('tauri://drag-enter', { paths, position: { x: 10, y: 10 } });
  }

  dragLeave(): Promise<void> {
    return emit('tauri://drag-leave', {});
  }

  drop(paths: string[]): Promise<void> {
    return emit('tauri://drag-drop', { paths, position: { x: 10, y: 10 } });
  }

  /** Files from an argument or a second instance; the drafts exist already. */
  arrive(paths: string[]): Promise<void> {
    return emit('files-arrived', { files: this.#add(paths) });
  }

  async #answer(command: string, args: Args): Promise<unknown> {
    this.calls.push({ command, args });
    if (this.hanging.includes(command)) return new Promise(() => undefined);
    if (command in this.failing) throw this.failing[command];
    const id = args.id as string;
    switch (command) {
      case 'startup':
        return this.#startup;
      case 'choose_mode':
        return (this.#startup = this.#world.next ?? {
          kind: 'ready',
          mode: args.mode as 'sandbox' | 'tikTok',
          controlUrl: null,
        });
      case 'unlock':
      case 'retry_startup':
        return (this.#startup = this.#world.next ?? READY);
      case 'setup':
        return this.#setup;
      case 'save_tiktok_app':
        return (this.#setup = { ...this.#setup, clientKey: args.clientKey as string, hasSecret: true });
      case 'forget_tiktok_app':
        return (this.#setup = { ...this.#setup, clientKey: null, hasSecret: false });
      case 'accounts':
        return [...this.accounts];
      case 'begin_connect':
        return {
          id: `attempt-${++this.#attempts}`,
          expiresAt: new Date(Date.now() + 600_000).toISOString(),
        };
      case 'disconnect':
        this.accounts = this.accounts.filter((each) => each.id !== args.accountId);
        return null;
      case 'creator':
        return this.#creator(args.accountId as string);
      case 'posts':
        return [...this.posts.values()];
      case 'add_files':
        return this.#add(args.paths as string[]);
      case 'pick_files':
        return this.#add(this.picked);
      case 'update_post':
        return this.#put(id, { settings: args.settings as PostSettings });
      case 'retry_post':
        return this.#put(id, { state: this.#world.retried ?? { kind: 'queued' } });
      case 'submit_post':
        return this.#put(id, { state: { kind: 'queued' } });
      case 'cancel_post':
        return this.#put(id, { state: { kind: 'cancelled' } });
      case 'remove_post':
        this.posts.delete(id);
        return null;
      case 'post_history':
        return this.#world.history ?? [{ at: FIXTURE_TIME, text: 'Added to the queue' }];
      case 'preview_url':
        return this.#world.preview ?? `http://127.0.0.1:4001/token/${id}`;
      default:
        // The rest answers nothing: opening pages, copying, cancelling a connect.
        return null;
    }
  }

  #creator(accountId: string): Creator {
    const known = this.#world.creators?.find((each) => each.accountId === accountId);
    const account = this.accounts.find((each) => each.id === accountId);
    if (known || !account) return known ?? creator(accountId);
    return creator(accountId, {
      nickname: account.displayName,
      username: account.username ?? '',
    });
  }

  #put(id: string, some: Partial<Post>): Post {
    const before = this.posts.get(id);
    if (!before) throw new Error(`no post ${id}`);
    const accountId = some.settings?.accountId ?? before.settings.accountId;
    const accountName =
      this.accounts.find((each) => each.id === accountId)?.displayName ?? before.accountName;
    const after = { ...before, accountName, ...some };
    this.posts.set(id, after);
    return after;
  }

  #add(paths: string[]): AddedFile[] {
    return paths.map((path) => {
      const fileName = path.split('/').at(-1) ?? path;
      const refusal = this.#world.refused?.[path];
      if (refusal) return { fileName, postId: null, notice: refusal };
      const id = `file-${++this.#files}`;
      this.posts.set(id, post(id, { fileName, path, createdAt: new Date().toISOString() }));
      return { fileName, postId: id, notice: null };
    });
  }
}
