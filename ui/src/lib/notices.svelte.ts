/** The notices above the page, which stay until the creator dismisses them. */
import type { AddedFile, Notice } from './bindings';
import { listed } from './format';
import { formatNotice, t } from './texts';

/** A visible notice, with an optional title. */
export type Shown = { key: number; notice: Notice; about: string | null };

/** Converts an error that a command threw to a notice. */
export function toNotice(error: unknown): Notice {
  if (isNotice(error)) return error;
  const detail = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  return {
    code: 'unknown',
    args: {
      details: { kind: 'number', value: detail === '' ? 0 : 1 },
      detail: { kind: 'text', value: detail },
    },
  };
}

function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const { code, args } = value as Partial<Record<string, unknown>>;
  return typeof code === 'string' && typeof args === 'object' && args !== null;
}

class Notices {
  list = $state.raw<Shown[]>([]);
  #nextKey = 1;

  /** Shows a notice. A notice that is already visible moves to the top. */
  show(notice: Notice, about: string | null = null): void {
    const { happened } = formatNotice(notice);
    const others = this.list.filter(
      (shown) => shown.about !== about || formatNotice(shown.notice).happened !== happened,
    );
    this.list = [{ key: this.#nextKey++, notice, about }, ...others];
  }

  dismiss(key: number): void {
    this.list = this.list.filter((shown) => shown.key !== key);
  }

  clear(): void {
    this.list = [];
  }

  /** Shows why files were not added: one notice for each reason, with the names of its files. */
  rejected(files: AddedFile[]): void {
    const reasons: { text: string; notice: Notice; names: string[] }[] = [];
    for (const { fileName, notice } of files) {
      if (notice === null) continue;
      const { happened, you } = formatNotice(notice);
      const text = happened + you;
      const known = reasons.find((reason) => reason.text === text);
      if (known) known.names.push(fileName);
      else reasons.push({ text, notice, names: [fileName] });
    }
    for (const { notice, names } of reasons) {
      this.show(notice, t('queue-rejected', { count: names.length, names: listed(names) }));
    }
  }

  /** Runs a command. Shows the notice that it throws, and returns `undefined` in that case. */
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
