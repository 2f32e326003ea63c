-- The first shape of the database. Instants are milliseconds since 1970 in UTC.

-- Facts about the database itself, the vault's canary among them.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The creator's own TikTok app; the secret is a Fernet token.
CREATE TABLE tiktok_app (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    client_key    TEXT NOT NULL,
    client_secret TEXT NOT NULL
) STRICT;

-- Connected accounts; both tokens are Fernet tokens.
CREATE TABLE accounts (
    id                 TEXT    NOT NULL PRIMARY KEY,
    open_id            TEXT    NOT NULL UNIQUE,
    display_name       TEXT    NOT NULL,
    username           TEXT,
    avatar             TEXT,
    scopes             TEXT    NOT NULL,
    state              TEXT    NOT NULL CHECK (state IN ('connected', 'reconnect_needed')),
    access_token       TEXT    NOT NULL,
    access_expires_at  INTEGER NOT NULL,
    refresh_due_at     INTEGER NOT NULL,
    refresh_token      TEXT    NOT NULL,
    refresh_expires_at INTEGER NOT NULL,
    connected_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE posts (
    id                TEXT    NOT NULL PRIMARY KEY,
    account_id        TEXT    REFERENCES accounts (id) ON DELETE SET NULL,
    account_name      TEXT,
    state             TEXT    NOT NULL CHECK (state IN (
                          'draft', 'queued', 'checking', 'uploading', 'processing', 'published',
                          'delivered_to_inbox', 'waiting', 'failed', 'unconfirmed', 'cancelled')),
    -- Why it waits, failed or is unconfirmed: a cause as JSON.
    cause             TEXT,
    wait_until        INTEGER,
    -- The file as it was when it was added.
    path              TEXT    NOT NULL,
    file_name         TEXT    NOT NULL,
    size              INTEGER NOT NULL,
    modified_ns       INTEGER NOT NULL,
    media             TEXT    NOT NULL,
    findings          TEXT    NOT NULL,
    settings          TEXT    NOT NULL,
    queued_at         INTEGER,
    -- Tries since the last progress, and inits since the post was queued.
    attempts          INTEGER NOT NULL DEFAULT 0,
    inits             INTEGER NOT NULL DEFAULT 0,
    -- What TikTok gave for the upload in flight; the address is a Fernet token.
    publish_id        TEXT,
    upload_url        TEXT,
    upload_expires_at INTEGER,
    bytes_sent        INTEGER NOT NULL DEFAULT 0,
    all_sent_at       INTEGER,
    link              TEXT,
    created_at        INTEGER NOT NULL,
    finished_at       INTEGER
) STRICT;

CREATE INDEX posts_by_state ON posts (state, queued_at);

CREATE TABLE post_history (
    id      INTEGER NOT NULL PRIMARY KEY,
    post_id TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    text    TEXT    NOT NULL
) STRICT;

CREATE INDEX post_history_by_post ON post_history (post_id, id);
