/** Receives the backend's events and passes each to its store. */
import { accounts } from './accounts.svelte';
import { away } from './away.svelte';
import { background } from './background.svelte';
import { events, type Event, type WindowRequest } from './bindings';
import { connect } from './connect.svelte';
import { arrived, files } from './files.svelte';
import { fits } from './fit.svelte';
import { folders } from './folders.svelte';
import { folderFiles } from './folders/contents.svelte';
import { posts } from './posts.svelte';
import { router } from './router.svelte';
import { settings } from './settings.svelte';
import { status } from './status.svelte';

let stop: (() => void)[] = [];

/** Starts listening. A second call replaces the first listener. */
export async function listen(): Promise<void> {
  unlisten();
  stop = await Promise.all([
    events.engineEvent.listen(({ payload }) => handle(payload)),
    events.filesArrived.listen(({ payload }) => void arrived(payload.files)),
    events.windowRequested.listen(({ payload }) => carryOut(payload)),
  ]);
}

/** Stops listening. */
export function unlisten(): void {
  for (const end of stop) end();
  stop = [];
}

function handle(event: Event): void {
  switch (event.kind) {
    case 'accountsChanged':
      void accounts.load();
      break;
    case 'postChanged':
      posts.changed(event.post);
      break;
    case 'postRemoved':
      posts.removed(event.id);
      break;
    case 'progress':
      posts.progressed(event.postId, event.progress);
      break;
    case 'standingChanged':
      status.changed(event.standing);
      break;
    case 'awayChanged':
      away.changed(event.report);
      break;
    case 'settingsChanged':
      settings.changed(event.settings);
      break;
    case 'fitProgress':
      fits.progressed(event.postId, event.progress);
      break;
    case 'fitEnded':
      fits.ended(event.postId, event.outcome);
      break;
    case 'foldersChanged':
      void folders.load();
      break;
    case 'folderFilesChanged':
      void folderFiles.changed(event.folderId);
      break;
    case 'connectFinished':
      connect.finished(event.attemptId, event.outcome);
  }
}

function carryOut(request: WindowRequest): void {
  switch (request.kind) {
    case 'explainClose':
    case 'confirmQuit':
      background.ask(request);
      break;
    case 'answered':
      background.question = null;
      break;
    case 'addVideos':
      void files.pick();
      break;
    case 'openQueue':
      router.go({ page: 'queue' });
  }
}
