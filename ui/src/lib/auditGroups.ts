/** The groups of kinds of entries in the audit trail. */
import type { AuditKind } from './bindings';

/** The kinds of entries of each group by which the audit trail can be filtered. */
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
/** A group of kinds of entries. */
export type AuditGroup = keyof typeof AUDIT_GROUPS;

/** The groups, in the order in which they are listed. */
export const AUDIT_GROUP_NAMES = Object.keys(AUDIT_GROUPS) as AuditGroup[];
