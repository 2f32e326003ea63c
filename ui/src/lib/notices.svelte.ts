/** What went wrong and must be read: messages above the page until they are dismissed. */
import type { AddedFile, Notice } from './bindings';
import { texts } from './texts';

/** A notice on show, with the thing it speaks of. */
export type Shown = { key: number; notice: Notice; about: string | null };

/** Whatever a command threw, as a notice. */
export function toNotice(error: unknown): Notice {
  if (isNotice(error)) return error;
  const detail = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  const { happened, slipway, you } = texts.notices.unknown;
  return { code: 'unknown', happened: detail ? `${happened} (${detail})` : happened, slipway, you };
}

function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const { happened, slipway, you } = value as Partial<Record<string, unknown>>;
  return typeof happened === 'string' && typeof slipway === 'string' && typeof you === 'string';
}

class Notices {
  list = $state.raw<Shown[]>([]);
  #nextKey = 1;

  /** Shows a notice; the same one twice stands only once. */
  show(notice: Notice, about: string | null = null): void {
    const others = this.list.filter(
      (shown) => shown.about !== about || shown.notice.happened !== notice.happened,
    );
    this.list = [{ key: this.#nextKey++, notice, about }, ...others];
  }

  dismiss(key: number): void {
    this.list = this.list.filter((shown) => shown.key !== key);
  }

  clear(): void {
    this.list = [];
  }

  /** Shows why files were not taken. */
  rejected(files: AddedFile[]): void {
    for (const file of files) {
      if (file.notice) this.show(file.notice, texts.queue.rejected(file.fileName));
    }
  }

  /** Runs a command; shows what it throws and answers `undefined` then. */
  async guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.show(toNotice(error));
      return undefined;
    }
  }
}

export const notices = new Notices();
