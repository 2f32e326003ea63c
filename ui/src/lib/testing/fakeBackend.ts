/** A backend in memory that answers the UI's commands and sends events. */
import { emit } from '@tauri-apps/api/event';
import { mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import type {
  Account,
  AccountColour,
  AddedFile,
  AuditFilter,
  CaptionRule,
  ConnectOutcome,
  Creator,
  Event,
  TranscodeChoice,
  TranscodeOutcome,
  TranscodeProgress,
  TranscodeSupport,
  Folder,
  FolderFile,
  FolderFilter,
  FolderSettings,
  Forecast,
  HistoryEntry,
  KeyProtection,
  LocalMoment,
  LoginOffer,
  Notice,
  PendingRevocation,
  Post,
  PostSettings,
  PostMode,
  PostState,
  Preferences,
  Schedule,
  Settings,
  Setup,
  AppStatus,
  Startup,
  WeeklySlot,
} from '../bindings';
import { isAhead, localOf } from '../schedule/zone';
import { WEEKDAYS } from '../schedule/slots.svelte';
import { FakeBackground, type BackgroundWorld } from './fakeBackground';
import { FFMPEG, fitOf } from './fakeFit';
import { FakeFolders, type FoldersWorld } from './fakeFolders';
import { FakeSecurity, type SecurityWorld } from './fakeSecurity';
import { account, creator, FIXTURE_TIME, notice, post, setupOf } from './fixtures';
import { line } from './notices';
import { resolve } from './zones';

type Args = Record<string, unknown>;

/** The initial state of the fake. */
export type World = SecurityWorld &
  BackgroundWorld &
  FoldersWorld & {
    startup?: Startup;
    /** The result of each startup command. */
    next?: Startup;
    setup?: Setup;
    accounts?: Account[];
    revocations?: PendingRevocation[];
    /** The account that the command `keep_other_creator` returns. */
    other?: Account;
    creators?: Creator[];
    posts?: Post[];
    /** Notices of refused files, by path. Other files become drafts. */
    refused?: Record<string, Notice>;
    /** The state of a retried post; queued by default. */
    retried?: PostState;
    /** The result of the file dialog. */
    picked?: string[];
    /** The features of the computer's ffmpeg. */
    ffmpeg?: TranscodeSupport;
    history?: HistoryEntry[];
    preview?: string;
    settings?: Settings;
    status?: Partial<AppStatus>;
    /** Weekly slots by account. */
    slots?: Record<string, WeeklySlot[]>;
    forecast?: Partial<Forecast>;
    /** Commands that reject. */
    failing?: Record<string, unknown>;
    /** Commands that never answer. */
    hanging?: string[];
  };

const READY: Startup = { kind: 'ready', mode: 'sandbox', controlUrl: 'http://127.0.0.1:4000/' };

/** Some of the names that the engine ignores by default. */
export const IGNORED_NAMES = ['.*', '~$*', '*.tmp', '*.part', '*.crdownload', '*.rendering.*'];

function withNames(settings: Settings): Settings {
  return { ...settings, ignoredNames: settings.ignoredNames ?? IGNORED_NAMES };
}

export class FakeBackend {
  readonly calls: { command: string; args: Args }[] = [];
  /** All answers to commands. */
  readonly answers: unknown[] = [];
  readonly posts: Map<string, Post>;
  accounts: Account[];
  failing: Record<string, unknown>;
  hanging: string[];
  picked: string[];
  settings: Settings;
  status: AppStatus;
  slots: Record<string, WeeklySlot[]>;
  revocations: PendingRevocation[];
  readonly security: FakeSecurity;
  readonly folders: FakeFolders;
  readonly background: FakeBackground;
  #world: World;
  #startup: Startup;
  #setup: Setup;
  #held = new Map<string, Promise<void>>();
  #attempts = 0;
  #files = 0;

  constructor(world: World = {}) {
    this.#world = world;
    this.#startup = world.startup ?? READY;
    this.#setup = { ...(world.setup ?? setupOf()) };
    this.accounts = [...(world.accounts ?? [])];
    this.posts = new Map((world.posts ?? []).map((each) => [each.id, each]));
    this.failing = { ...world.failing };
    this.hanging = [...(world.hanging ?? [])];
    this.picked = world.picked ?? [];
    this.settings = withNames(world.settings ?? {});
    this.status = { paused: false, network: 'online', services: [], notices: [], ...world.status };
    this.slots = { ...world.slots };
    this.revocations = [...(world.revocations ?? [])];
    this.security = new FakeSecurity(world);
    this.folders = new FakeFolders(world);
    this.background = new FakeBackground(world);
  }

  /** Replaces the real backend by the fake. */
  install(): this {
    mockWindows('main');
    // Copies, as over a real bridge: no change in the fake reaches the window's objects.
    mockIPC(
      async (command, args) => {
        const held = this.#held.get(command);
        this.#held.delete(command);
        const answer = structuredClone(await this.#answer(command, (args ?? {}) as Args));
        this.answers.push(answer);
        await held;
        return answer;
      },
      { shouldMockEvents: true },
    );
    return this;
  }

  /** Delays the next answer to a command. Returns a function that releases it. */
  hold(command: string): () => void {
    let release: () => void = () => undefined;
    this.#held.set(command, new Promise((resolve) => (release = resolve)));
    return release;
  }

  /** Returns the number of calls of a command. */
  count(command: string): number {
    return this.calls.filter((call) => call.command === command).length;
  }

  /** Returns the arguments of the last call. */
  last(command: string): Args | undefined {
    return this.calls.findLast((call) => call.command === command)?.args;
  }

  /** Sends an event of the engine. */
  send(event: Event): Promise<void> {
    return emit('engine-event', event);
  }

  /** Changes the state of a post and sends the event. */
  async move(id: string, state: PostState, some: Partial<Post> = {}): Promise<void> {
    await this.send({ kind: 'postChanged', post: this.#put(id, { ...some, state }) });
  }

  /** Changes the status and sends the event. */
  async setStatus(some: Partial<AppStatus>): Promise<void> {
    this.status = { ...this.status, ...some };
    await this.send({ kind: 'standingChanged', standing: this.status });
  }

  /** Sends the progress of a conversion. */
  fitProgress(postId: string, progress: TranscodeProgress): Promise<void> {
    return this.send({ kind: 'fitProgress', postId, progress });
  }

  /** Sends the outcome of a conversion. A converted post gets the new file. */
  async fitEnded(postId: string, outcome: TranscodeOutcome): Promise<void> {
    if (outcome.kind === 'fits') {
      const { fileName } = outcome;
      await this.move(postId, { kind: 'draft' }, { fileName, path: `/videos/${fileName}`, findings: [] });
    }
    await this.send({ kind: 'fitEnded', postId, outcome });
  }

  /** Changes a watched folder and sends the event. */
  async setFolder(id: string, some: Partial<Folder>): Promise<void> {
    this.folders.change(id, some);
    await this.send({ kind: 'foldersChanged' });
  }

  /** Changes the state of a file in a watched folder and sends the event. */
  async setFile(folderId: string, path: string, state: FolderFile['state']): Promise<void> {
    this.folders.put(folderId, path, state);
    await this.send({ kind: 'folderFilesChanged', folderId });
    await this.send({ kind: 'foldersChanged' });
  }

  finishConnect(attemptId: string, outcome: ConnectOutcome): Promise<void> {
    return this.send({ kind: 'connectFinished', attemptId, outcome });
  }

  /** Simulates files that are dragged over the window. */
  dragOver(paths: string[]): Promise<void> {
    return emit('tauri://drag-enter', { paths, position: { x: 10, y: 10 } });
  }

  dragLeave(): Promise<void> {
    return emit('tauri://drag-leave', {});
  }

  drop(paths: string[]): Promise<void> {
    return emit('tauri://drag-drop', { paths, position: { x: 10, y: 10 } });
  }

  /** Simulates files from an argument or a second instance; the drafts exist already. */
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
      case 'restore_key':
      case 'forget_tokens':
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
      case 'keep_other_creator':
        return this.#keepOther();
      case 'update_account':
        return this.#updateAccount(
          args.accountId as string,
          args.label as string | null,
          args.colour as AccountColour | null,
        );
      case 'revocations':
        return this.revocations;
      case 'vault':
        return this.security.vault;
      case 'recovery_phrase':
        return this.security.recoveryPhrase();
      case 'change_key':
        this.security.changeKey(args.protection as KeyProtection);
        return this.#world.next ?? this.#startup;
      case 'audit':
        return this.security.audit(args.filter as AuditFilter);
      case 'audit_state':
        return this.security.state();
      case 'verify_audit':
        return this.security.verify();
      case 'export_audit':
      case 'export_diagnostics':
        return this.security.exportPath;
      case 'folders':
        return [...this.folders.list];
      case 'pick_folder':
        return this.folders.picked;
      case 'preview_folder':
        return this.folders.preview(args.settings as FolderSettings);
      case 'add_folder':
        return this.folders.add(
          args.path as string,
          args.settings as FolderSettings,
          args.consent as boolean,
        );
      case 'update_folder':
        return this.folders.update(id, args.settings as FolderSettings, args.consent as boolean);
      case 'pause_folder':
        return this.folders.change(id, { state: { kind: 'paused' } });
      case 'resume_folder':
        return this.folders.change(id, { state: { kind: 'watching', byScanning: false } });
      case 'remove_folder':
        this.folders.remove(id);
        return null;
      case 'folder_files':
        return this.folders.page(args.filter as FolderFilter);
      case 'take_files':
        return this.folders.take(args.folderId as string, args.paths as string[], args.again as boolean);
      case 'dismiss_files':
        this.folders.dismiss(args.folderId as string, args.paths as string[]);
        return null;
      case 'preview_caption':
        return this.folders.caption(args.rule as CaptionRule, args.hashtags as string[], args.path as string);
      case 'approve_post':
        return this.#approve(id);
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
        return this.#put(id, { state: { kind: 'queued' }, schedule: null });
      case 'cancel_post':
        return this.#put(id, { state: { kind: 'cancelled' } });
      case 'schedule_post':
        return this.#put(id, { state: { kind: 'scheduled' }, schedule: this.#plan(args.moment) });
      case 'schedule_next_slot':
        return this.#put(id, { state: { kind: 'scheduled' }, schedule: this.#nextSlot(this.#accountOf(id)) });
      case 'preview_moment':
        return this.#plan(args.moment);
      case 'next_slot':
        return this.#nextSlot(args.accountId as string);
      case 'pause_post':
        return this.#put(id, { state: { kind: 'paused', notice: null } });
      case 'resume_post':
        return this.#put(id, {
          state: { kind: isAhead(this.posts.get(id)?.schedule ?? null) ? 'scheduled' : 'queued' },
        });
      case 'unschedule_post':
        return this.#put(id, { state: { kind: 'draft' } });
      case 'use_changed_file':
        return this.#put(id, { state: { kind: 'draft' } });
      case 'pause_all':
      case 'resume_all':
        await this.setStatus({ paused: command === 'pause_all' });
        return null;
      case 'settings':
        return this.settings;
      case 'update_settings':
        this.settings = withNames(args.settings as Settings);
        if (this.settings.hostedPage) this.#setup.redirectUri = this.settings.hostedPage;
        return this.settings;
      case 'time_zones':
        return Intl.supportedValuesOf('timeZone');
      case 'system_time_zone':
        return 'Europe/Vienna';
      case 'slots':
        return this.slots[args.accountId as string] ?? [];
      case 'set_slots':
        return (this.slots[args.accountId as string] = args.slots as WeeklySlot[]);
      case 'forecast':
        return this.#forecast(args.mode as PostMode);
      case 'standing':
        return this.status;
      case 'dismiss_notice':
        this.status.notices = this.status.notices.filter(({ code }) => code !== args.code);
        return null;
      case 'away':
        return { items: this.background.away };
      case 'background':
        return this.background.settings;
      case 'update_background':
        return this.background.update(args.preferences as Preferences);
      case 'start_at_login':
        return this.background.startAtLogin(args.enabled as boolean);
      case 'offer_login':
        return this.background.offer(args.occasion as LoginOffer);
      case 'remove_post':
        this.posts.delete(id);
        return null;
      case 'post_history':
        return this.#world.history ?? [{ at: FIXTURE_TIME, message: line('Added to the queue') }];
      case 'fit':
        return fitOf(this.#get(id), args.choice as TranscodeChoice, this.#world.ffmpeg ?? FFMPEG);
      case 'make_fit':
        await this.fitProgress(id, { fraction: null, secondsLeft: null });
        return null;
      case 'cancel_fit':
        await this.fitEnded(id, { kind: 'cancelled' });
        return null;
      case 'preview_url':
        return this.#world.preview ?? `http://127.0.0.1:4001/token/${id}`;
      default:
        // The other commands return nothing: opening pages, copying, cancelling a connect.
        return null;
    }
  }

  #keepOther(): Account {
    const other = this.#world.other ?? account('bo', { displayName: 'Bo' });
    this.accounts = [...this.accounts.filter(({ id }) => id !== other.id), other];
    return other;
  }

  #updateAccount(id: string, label: string | null, colour: AccountColour | null): Account {
    const before = this.accounts.find((each) => each.id === id);
    if (!before) throw new Error(`no account ${id}`);
    const after = { ...before, label, colour };
    this.accounts = this.accounts.map((each) => (each.id === id ? after : each));
    return after;
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

  #accountOf(id: string): string {
    return this.posts.get(id)?.settings.accountId ?? '';
  }

  /** Resolves a local time. Refuses a past one. */
  #plan(moment: unknown): Schedule {
    const schedule = resolve(moment as LocalMoment);
    if (Date.parse(schedule.at) <= Date.now()) {
      throw notice('schedule.past', 'This time has passed.', 'Choose a later time.');
    }
    return schedule;
  }

  /** Approves a draft: sends it at once, or schedules it in its account's next slot, as its folder is set. */
  #approve(id: string): Post {
    const when = this.posts.get(id)?.folder?.when.kind;
    const schedule = when === 'nextSlot' ? this.#nextSlot(this.#accountOf(id)) : null;
    return this.#put(id, { state: { kind: schedule ? 'scheduled' : 'queued' }, schedule });
  }

  /** Returns the first slot of an account that no other post uses. */
  #nextSlot(accountId: string): Schedule | null {
    const slots = this.slots[accountId] ?? [];
    const zone = this.settings.timeZone ?? 'Europe/Vienna';
    const taken = new Set([...this.posts.values()].map((each) => each.schedule?.at));
    const days = Array.from({ length: 60 }, (_, days) => Date.now() + days * 86_400_000);
    const free = days.flatMap((at) => {
      const { date } = localOf(at, zone);
      // `WEEKDAYS` starts with Monday, `getUTCDay` with Sunday.
      const weekday = WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
      return slots
        .filter((slot) => slot.weekday === weekday)
        .map(({ time }) => resolve({ dateTime: `${date}T${time}`, zone }));
    });
    return free.find(({ at }) => Date.parse(at) > Date.now() && !taken.has(at)) ?? null;
  }

  #forecast(mode: PostMode): Forecast {
    const sent = [...this.posts.values()].filter(
      ({ state, settings }) => settings.mode === mode && state.kind !== 'draft',
    ).length;
    return {
      directPosts: mode === 'direct' ? sent : 0,
      directPostsTypical: 15,
      pendingDrafts: mode === 'inbox' ? sent : 0,
      pendingDraftsMax: 5,
      notice: null,
      ...this.#world.forecast,
    };
  }

  #get(id: string): Post {
    const post = this.posts.get(id);
    if (!post) throw new Error(`no post ${id}`);
    return post;
  }

  #put(id: string, some: Partial<Post>): Post {
    const before = this.#get(id);
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
