/** The fake backend's vault and audit trail. */
import type {
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditState,
  KeyProtection,
  Notice,
  VaultView,
} from '../bindings';
import { FIXTURE_TIME } from './fixtures';
import { PHRASE, trail } from './trail';

const PAGE = 100;

/** The initial vault and trail of the fake. */
export type SecurityWorld = {
  vault?: Partial<VaultView>;
  phrase?: string;
  trail?: AuditEntry[];
  /** The first entry that was changed, and the notice about it. */
  broken?: { at: number; notice: Notice };
  /** The path of an export; `null` if the creator cancels the dialog. */
  exportPath?: string | null;
};

export class FakeSecurity {
  vault: VaultView;
  trail: AuditEntry[];
  broken: SecurityWorld['broken'];
  exportPath: string | null;
  #phrase: string;
  #verifiedAt = FIXTURE_TIME;

  constructor(world: SecurityWorld) {
    this.vault = {
      source: 'keyring',
      keyring: true,
      since: '2026-11-02T10:00:00Z',
      phraseShownAt: '2026-11-02T10:05:00Z',
      ...world.vault,
    };
    this.trail = world.trail ?? trail(3);
    this.broken = world.broken;
    this.exportPath = world.exportPath === undefined ? '/home/mira/slipway-audit.csv' : world.exportPath;
    this.#phrase = world.phrase ?? PHRASE;
  }

  /** Returns the recovery phrase and records that it was shown. */
  recoveryPhrase(): string {
    this.vault = { ...this.vault, phraseShownAt: new Date().toISOString() };
    return this.#phrase;
  }

  changeKey(protection: KeyProtection): void {
    this.vault = {
      ...this.vault,
      source: protection,
      since: new Date().toISOString(),
      phraseShownAt: null,
    };
  }

  audit({ kinds = [], accountId = null, from = null, to = null, before = null }: AuditFilter): AuditPage {
    const found = this.trail.filter(
      (entry) =>
        (kinds.length === 0 || kinds.includes(entry.kind)) &&
        (accountId === null || entry.accountId === accountId) &&
        (from === null || Date.parse(entry.at) >= Date.parse(from)) &&
        (to === null || Date.parse(entry.at) < Date.parse(to)) &&
        (before === null || entry.seq < before),
    );
    const entries = found.slice(0, PAGE);
    return { entries, next: found.length > PAGE ? (entries.at(-1)?.seq ?? null) : null };
  }

  state(): AuditState {
    return {
      entries: this.trail.length,
      verifiedAt: this.#verifiedAt,
      brokenAt: this.broken?.at ?? null,
      notice: this.broken?.notice ?? null,
    };
  }

  verify(): AuditState {
    this.#verifiedAt = new Date().toISOString();
    return this.state();
  }
}
