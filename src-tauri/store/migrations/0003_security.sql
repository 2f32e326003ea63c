-- Accounts that a creator can tell apart, disconnects that TikTok must still hear of, and the audit trail.

-- What the creator calls the account, and the colour that marks it.
ALTER TABLE accounts ADD COLUMN label TEXT;
ALTER TABLE accounts ADD COLUMN colour TEXT;
-- Why the account must be connected again, while it must; empty tokens were forgotten.
ALTER TABLE accounts ADD COLUMN lost TEXT;
-- When a refresh was asked for whose answer is not stored yet.
ALTER TABLE accounts ADD COLUMN refresh_asked_at INTEGER;
-- The warning that the creator has read: days before the refresh token ends.
ALTER TABLE accounts ADD COLUMN end_warning_read INTEGER;

-- Accounts that are gone here and not yet at TikTok; both tokens are Fernet tokens.
CREATE TABLE revocations (
    id                 INTEGER NOT NULL PRIMARY KEY,
    account_id         TEXT    NOT NULL,
    account_name       TEXT    NOT NULL,
    access_token       TEXT    NOT NULL,
    access_expires_at  INTEGER NOT NULL,
    refresh_token      TEXT    NOT NULL,
    refresh_expires_at INTEGER NOT NULL,
    requested_at       INTEGER NOT NULL
) STRICT;

-- What happened to accounts, keys and consents. Each hash covers its row and the hash before it.
CREATE TABLE audit (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    account_id TEXT,
    details    TEXT    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_by_account ON audit (account_id, seq);

-- The end of the chain as a Fernet token, so that rows cut off the end are missed.
CREATE TABLE audit_head (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seal TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
