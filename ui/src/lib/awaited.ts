/** Commands of the backend that `bindings.ts` does not list yet, in the shapes agreed upon. */
import { invoke } from '@tauri-apps/api/core';
import type {
  Account,
  AccountColour,
  AuditFilter,
  AuditFormat,
  AuditPage,
  AuditState,
  ConnectAttempt,
  ConnectPurpose,
  KeyProtection,
  PendingRevocation,
  ProblemKind,
  Startup,
  VaultView,
} from './bindings';

/** A way out of a problem at the start. */
export type WayOut = 'tryAgain' | 'unlock' | 'choosePassphrase' | 'restoreKey' | 'forgetTokens';
/** What can be wrong at the start. */
export type Problem = ProblemKind | 'environment';
/** The ways out of a problem, as far as the backend names them. */
export function waysOf(problem: Extract<Startup, { kind: 'problem' }> & { ways?: WayOut[] }): WayOut[] {
  if (problem.ways) return problem.ways;
  if (problem.problem === 'passphraseNew') return ['choosePassphrase'];
  return problem.problem.startsWith('passphrase') ? ['unlock'] : ['tryAgain'];
}

/** What an export of diagnostics may hold beside what it always holds. */
export type DiagnosticsChoice = { captions: boolean; fileNames: boolean };

export const awaited = {
  beginConnect: (purpose: ConnectPurpose) => invoke<ConnectAttempt>('begin_connect', { purpose }),
  keepOtherCreator: (attemptId: string) => invoke<Account>('keep_other_creator', { attemptId }),
  updateAccount: (accountId: string, label: string | null, colour: AccountColour | null) =>
    invoke<Account>('update_account', { accountId, label, colour }),
  revocations: () => invoke<PendingRevocation[]>('revocations'),
  vault: () => invoke<VaultView>('vault'),
  recoveryPhrase: () => invoke<string>('recovery_phrase'),
  changeKey: (protection: KeyProtection, passphrase: string | null, current: string | null) =>
    invoke<Startup>('change_key', { protection, passphrase, current }),
  restoreKey: (phrase: string, passphrase: string | null) =>
    invoke<Startup>('restore_key', { phrase, passphrase }),
  forgetTokens: (passphrase: string | null) => invoke<Startup>('forget_tokens', { passphrase }),
  audit: (filter: AuditFilter) => invoke<AuditPage>('audit', { filter }),
  auditState: () => invoke<AuditState>('audit_state'),
  verifyAudit: () => invoke<AuditState>('verify_audit'),
  exportAudit: (filter: AuditFilter, format: AuditFormat) =>
    invoke<string | null>('export_audit', { filter, format }),
  exportDiagnostics: (choice: DiagnosticsChoice) => invoke<string | null>('export_diagnostics', { choice }),
};
