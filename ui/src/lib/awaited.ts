/** Commands of the backend that `bindings.ts` does not list yet, in the shapes agreed upon. */
import { invoke } from '@tauri-apps/api/core';
import type {
  Account,
  AccountColour,
  AuditFilter,
  AuditFormat,
  AuditPage,
  AuditState,
  PendingRevocation,
} from './bindings';

/** What an export of diagnostics may hold beside what it always holds. */
export type DiagnosticsChoice = { captions: boolean; fileNames: boolean };

export const awaited = {
  updateAccount: (accountId: string, label: string | null, colour: AccountColour | null) =>
    invoke<Account>('update_account', { accountId, label, colour }),
  revocations: () => invoke<PendingRevocation[]>('revocations'),
  audit: (filter: AuditFilter) => invoke<AuditPage>('audit', { filter }),
  auditState: () => invoke<AuditState>('audit_state'),
  verifyAudit: () => invoke<AuditState>('verify_audit'),
  exportAudit: (filter: AuditFilter, format: AuditFormat) =>
    invoke<string | null>('export_audit', { filter, format }),
  exportDiagnostics: (choice: DiagnosticsChoice) => invoke<string | null>('export_diagnostics', { choice }),
};
