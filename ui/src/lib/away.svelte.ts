/** The store of the summary of an absence: what happened while Slipway was closed or the computer slept. */
import { commands, type AwayItem, type AwayReport, type Post } from './bindings';
import { notices } from './notices.svelte';

/** Returns `false` for an item whose post is gone, or was missed and is decided. */
export function isOpen(item: AwayItem, post: Post | null): boolean {
  if (item.kind === 'folderVideos') return true;
  if (post === null) return false;
  return item.kind !== 'missed' || (post.state.kind === 'paused' && post.state.notice !== null);
}

class Away {
  items = $state.raw<AwayItem[]>([]);
  /** Counts the events, so that a command's answer that is older than an event is dropped. */
  #heard = 0;

  async load(): Promise<void> {
    await notices.guard(async () => {
      const heard = this.#heard;
      const report = await commands.away();
      if (heard === this.#heard) this.items = report.items;
    });
  }

  /** Stores the backend's summary. */
  changed(report: AwayReport): void {
    this.#heard += 1;
    this.items = report.items;
  }

  async dismiss(): Promise<void> {
    const done = await notices.guard(commands.dismissAway);
    if (done !== undefined) this.items = [];
  }

  reset(): void {
    this.items = [];
  }
}

export const away = new Away();
