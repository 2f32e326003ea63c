-- Schedules, pauses, fingerprints, late public ids; TikTok's limits across restarts; settings.
-- A table whose CHECK changes is made anew. The history goes first: dropping posts would take it along.

CREATE TABLE new_posts (
    id                TEXT    NOT NULL PRIMARY KEY,
    account_id        TEXT    REFERENCES accounts (id) ON DELETE SET NULL,
    account_name      TEXT,
    state             TEXT    NOT NULL CHECK (state IN (
                          'draft', 'scheduled', 'queued', 'checking', 'uploading', 'processing',
                          'published', 'delivered_to_inbox', 'waiting', 'paused', 'failed',
                          'unconfirmed', 'cancelled')),
    -- Why it waits, failed, is paused or unconfirmed: a cause as JSON.
    cause             TEXT,
    wait_until        INTEGER,
    -- The moment as the creator said it, and the instant that it stands for.
    schedule_local    TEXT,
    schedule_zone     TEXT,
    due_at            INTEGER,
    -- The file as it was when it was added.
    path              TEXT    NOT NULL,
    file_name         TEXT    NOT NULL,
    size              INTEGER NOT NULL,
    modified_ns       INTEGER NOT NULL,
    fingerprint       TEXT,
    media             TEXT    NOT NULL,
    findings          TEXT    NOT NULL,
    settings          TEXT    NOT NULL,
    queued_at         INTEGER,
    -- Tries since the last progress, and inits since the post was queued.
    attempts          INTEGER NOT NULL DEFAULT 0,
    inits             INTEGER NOT NULL DEFAULT 0,
    -- Inits in a row that TikTok may have taken without saying so.
    lost_inits        INTEGER NOT NULL DEFAULT 0,
    -- What TikTok gave for the upload in flight; the address is a Fernet token.
    publish_id        TEXT,
    upload_url        TEXT,
    upload_expires_at INTEGER,
    -- When the first init of this sending was made: what TikTok counts in a day.
    sent_at           INTEGER,
    bytes_sent        INTEGER NOT NULL DEFAULT 0,
    all_sent_at       INTEGER,
    -- A reason that TikTok gave while it was still at work, as a fail reason.
    remark            TEXT,
    link              TEXT,
    -- When TikTok is next asked for the public id of a published post.
    id_due_at         INTEGER,
    created_at        INTEGER NOT NULL,
    finished_at       INTEGER
) STRICT;

INSERT INTO new_posts (id, account_id, account_name, state, cause, wait_until, path, file_name, size,
    modified_ns, media, findings, settings, queued_at, attempts, inits, publish_id, upload_url,
    upload_expires_at, bytes_sent, all_sent_at, link, created_at, finished_at, sent_at)
SELECT id, account_id, account_name, state, cause, wait_until, path, file_name, size,
    modified_ns, media, findings, settings, queued_at, attempts, inits, publish_id, upload_url,
    upload_expires_at, bytes_sent, all_sent_at, link, created_at, finished_at,
    CASE WHEN publish_id IS NULL THEN NULL ELSE COALESCE(finished_at, queued_at) END
FROM posts;

CREATE TABLE new_post_history (
    id      INTEGER NOT NULL PRIMARY KEY,
    post_id TEXT    NOT NULL REFERENCES new_posts (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    text    TEXT    NOT NULL
) STRICT;

INSERT INTO new_post_history SELECT id, post_id, at, text FROM post_history;

DROP TABLE post_history;
DROP TABLE posts;
ALTER TABLE new_posts RENAME TO posts;
ALTER TABLE new_post_history RENAME TO post_history;

CREATE INDEX posts_by_state ON posts (state, queued_at);
CREATE INDEX posts_by_account ON posts (account_id, sent_at);
CREATE INDEX post_history_by_post ON post_history (post_id, id);

-- Times of the week at which an account likes to post, as minutes since Monday 00:00 in the creator's zone.
CREATE TABLE weekly_slots (
    account_id  TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    week_minute INTEGER NOT NULL CHECK (week_minute BETWEEN 0 AND 10079),
    PRIMARY KEY (account_id, week_minute)
) STRICT, WITHOUT ROWID;

-- Calls of the last minute, so that a restart does not forget what TikTok still counts.
CREATE TABLE recent_calls (
    id         INTEGER NOT NULL PRIMARY KEY,
    account_id TEXT    NOT NULL,
    call       TEXT    NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

CREATE INDEX recent_calls_by_time ON recent_calls (at);

-- Deliveries of TikTok's webhooks that were taken, so that none is taken twice.
CREATE TABLE webhook_deliveries (
    signature TEXT    NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the creator set, and what the engine must remember about itself, each as JSON.
CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
