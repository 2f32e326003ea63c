/** The audit trail: some of its entries, and whether it is whole. */
import { awaited } from './awaited';
import type { AuditEntry, AuditFilter, AuditFormat, AuditKind, AuditState } from './bindings';
import { notices } from './notices.svelte';

/** Kinds of entries that a creator thinks of together. */
export const AUDIT_GROUPS = {
  accounts: [
    'connected',
    'reconnected',
    'connectRefused',
    'refreshed',
    'refreshRefused',
    'accessRemoved',
    'disconnected',
    'revoked',
  ],
  key: ['keyMade', 'keyChanged', 'keyRestored', 'phraseShown', 'tokensForgotten'],
  posts: ['consentGiven', 'directPost', 'inboxDraft'],
  settings: ['settingChanged', 'appChanged', 'restored', 'exported'],
} as const satisfies Record<string, AuditKind[]>;
export type AuditGroup = keyof typeof AUDIT_GROUPS;

/** What the creator wants to see; days as date fields give them, in this computer's zone. */
export type AuditChoice = { group: AuditGroup | null; accountId: string | null; from: string; to: string };
const ALL: AuditChoice = { group: null, accountId: null, from: '', to: '' };

class Audit {
  entries = $state.raw<AuditEntry[]>([]);
  /** Where the next page begins, if there is one. */
  next = $state<number | null>(null);
  choice: AuditChoice = $state.raw(ALL);
  /** Whom the entries were about that were read so far; a narrower choice forgets nobody. */
  seen = $state.raw<{ id: string; name: string }[]>([]);
  state = $state.raw<AuditState | null>(null);
  loading = $state(false);
  verifying = $state(false);
  /** Answers to an older choice come to nothing. */
  #asked = 0;

  get filtered(): boolean {
    const { group, accountId, from, to } = this.choice;
    return group !== null || accountId !== null || from !== '' || to !== '';
  }

  /** The newest entries, and how the trail stands. */
  async load(): Promise<void> {
    await Promise.all([
      this.#page(null),
      notices.guard(async () => (this.state = await awaited.auditState())),
    ]);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#page(this.next);
  }

  async choose(some: Partial<AuditChoice>): Promise<void> {
    this.choice = { ...this.choice, ...some };
    await this.#page(null);
  }

  chooseAll(): Promise<void> {
    return this.choose(ALL);
  }

  /** Reads the whole trail and checks each link. */
  async verify(): Promise<void> {
    if (this.verifying) return;
    this.verifying = true;
    await notices.guard(async () => (this.state = await awaited.verifyAudit()));
    this.verifying = false;
    await this.#page(null);
  }

  /** Writes what is chosen into a file; answers where, or `null` when the creator named none. Throws the notice. */
  async export(format: AuditFormat): Promise<string | null> {
    const path = await awaited.exportAudit(filterOf(this.choice), format);
    if (path !== null) await this.load();
    return path;
  }

  reset(): void {
    this.entries = [];
    this.next = null;
    this.choice = ALL;
    this.seen = [];
    this.state = null;
    this.loading = false;
    this.verifying = false;
    this.#asked += 1;
  }

  async #page(before: number | null): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    const page = await notices.guard(() => awaited.audit({ ...filterOf(this.choice), before }));
    if (asked !== this.#asked) return;
    this.loading = false;
    if (!page) return;
    this.entries = before === null ? page.entries : [...this.entries, ...page.entries];
    this.next = page.next;
    for (const { accountId: id, accountName } of page.entries) {
      if (id === null || this.seen.some((one) => one.id === id)) continue;
      this.seen = [...this.seen, { id, name: accountName ?? id }];
    }
  }
}

/** The choice as the backend takes it: the last day is meant whole. */
export function filterOf({ group, accountId, from, to }: AuditChoice): AuditFilter {
  return {
    kinds: group === null ? [] : [...AUDIT_GROUPS[group]],
    accountId,
    from: startOf(from, 0),
    to: startOf(to, 1),
    before: null,
  };
}

/** The beginning of a day, or of one some days later; `null` while no day is named. */
function startOf(day: string, later: number): string | null {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + later).toISOString();
}

export const audit = new Audit();
