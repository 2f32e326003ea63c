/** Receives the backend's events and passes each to its store. */
import { accounts } from './accounts.svelte';
import { events, type Event } from './bindings';
import { connect } from './connect.svelte';
import { arrived } from './files.svelte';
import { fits } from './fit.svelte';
import { folders } from './folders.svelte';
import { folderFiles } from './folders/contents.svelte';
import { posts } from './posts.svelte';
import { settings } from './settings.svelte';
import { status } from './status.svelte';

let stop: (() => void)[] = [];

/** Starts listening. A second call replaces the first listener. */
export async function listen(): Promise<void> {
  unlisten();
  stop = await Promise.all([
    events.engineEvent.listen(({ payload }) => handle(payload)),
    events.filesArrived.listen(({ payload }) => void arrived(payload.files)),
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
