/** The store of the audit trail: its entries, its filters and the result of its verification. */
import { AUDIT_GROUPS, type AuditGroup } from './auditGroups';
import { commands, type AuditEntry, type AuditFilter, type AuditFormat, type AuditState } from './bindings';
import { notices } from './notices.svelte';
import { place } from './place.svelte';
import { startOfDay } from './schedule/zone';

/** The filters of the trail. Days are values of date fields, in the creator's zone. */
export type AuditChoice = { group: AuditGroup | null; accountId: string | null; from: string; to: string };
const ALL: AuditChoice = { group: null, accountId: null, from: '', to: '' };

class Audit {
  entries = $state.raw<AuditEntry[]>([]);
  /** The cursor of the next page, if there is one. */
  next = $state<number | null>(null);
  choice: AuditChoice = $state.raw(ALL);
  /** The accounts of all entries loaded so far. Filtering does not remove any. */
  accounts = $state.raw<{ id: string; name: string }[]>([]);
  state = $state.raw<AuditState | null>(null);
  loading = $state(false);
  verifying = $state(false);
  /** The number of the newest request; older answers are ignored. */
  #newest = 0;

  get filtered(): boolean {
    const { group, accountId, from, to } = this.choice;
    return group !== null || accountId !== null || from !== '' || to !== '';
  }

  /** Loads the newest entries and the result of the last verification. */
  async load(): Promise<void> {
    await Promise.all([
      this.#page(null),
      notices.guard(async () => (this.state = await commands.auditState())),
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
    await notices.guard(async () => (this.state = await commands.verifyAudit()));
    this.verifying = false;
    await this.#page(null);
  }

  /**
   * Exports the filtered entries to a file. Returns its path, or `null` if the creator cancels the dialog.
   * Throws the notice of a failure.
   */
  async export(format: AuditFormat): Promise<string | null> {
    const path = await commands.exportAudit(filterOf(this.choice), format);
    if (path !== null) await this.load();
    return path;
  }

  reset(): void {
    this.entries = [];
    this.next = null;
    this.choice = ALL;
    this.accounts = [];
    this.state = null;
    this.loading = false;
    this.verifying = false;
    this.#newest += 1;
  }

  async #page(before: number | null): Promise<void> {
    const request = ++this.#newest;
    this.loading = true;
    const page = await notices.guard(() => commands.audit({ ...filterOf(this.choice), before }));
    if (request !== this.#newest) return;
    this.loading = false;
    if (!page) return;
    this.entries = before === null ? page.entries : [...this.entries, ...page.entries];
    this.next = page.next;
    for (const { accountId: id, accountName } of page.entries) {
      if (id === null || this.accounts.some((one) => one.id === id)) continue;
      this.accounts = [...this.accounts, { id, name: accountName ?? id }];
    }
  }
}

/** Converts the filters to the backend's form: the range includes the whole last day. */
export function filterOf({ group, accountId, from, to }: AuditChoice): AuditFilter {
  return {
    kinds: group === null ? [] : [...AUDIT_GROUPS[group]],
    accountId,
    from: startOf(from, 0),
    to: startOf(to, 1),
    before: null,
  };
}

/** Returns the start of a day in the creator's zone, or of a later day; `null` if no day is chosen. */
function startOf(day: string, later: number): string | null {
  if (day === '') return null;
  const from = new Date(Date.parse(`${day}T00:00:00Z`) + later * 86_400_000).toISOString().slice(0, 10);
  return startOfDay(from, place.zone);
}

export const audit = new Audit();
