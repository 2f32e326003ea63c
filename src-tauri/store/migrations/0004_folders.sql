-- Videos that are known by their content, watched folders, and the files that were seen in them.

-- A video by its content, kept for ever. Most are told apart by size and fingerprint; the whole content counts where
-- those are equal.
CREATE TABLE videos (
    id            INTEGER NOT NULL PRIMARY KEY,
    size          INTEGER NOT NULL,
    fingerprint   TEXT    NOT NULL,
    -- BLAKE3 of all bytes in hex, once they were read.
    content       TEXT    UNIQUE,
    -- Where a file with this content lay, and when it was last written.
    path          TEXT    NOT NULL,
    modified_ns   INTEGER NOT NULL,
    -- The video of which Slipway made it, to fit TikTok's rules; its own id where that one is not known.
    made_of       INTEGER REFERENCES videos (id),
    first_seen_at INTEGER NOT NULL
) STRICT;

CREATE INDEX videos_by_fingerprint ON videos (size, fingerprint);
-- A video and what was made of it count as the same.
CREATE INDEX videos_by_original ON videos (COALESCE(made_of, id));

-- To whom a video was sent, kept for ever: it outlives post and account.
CREATE TABLE video_uses (
    post_id      TEXT    NOT NULL PRIMARY KEY,
    video_id     INTEGER NOT NULL REFERENCES videos (id),
    open_id      TEXT    NOT NULL,
    account_name TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    -- Whether it was published or delivered, and not only sent.
    is_out       INTEGER NOT NULL DEFAULT 0 CHECK (is_out IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX video_uses_by_video ON video_uses (video_id);

ALTER TABLE posts ADD COLUMN video_id INTEGER REFERENCES videos (id);
CREATE INDEX posts_by_video ON posts (video_id);

-- The videos of the posts that are there already.
INSERT INTO videos (size, fingerprint, path, modified_ns, first_seen_at)
SELECT size, fingerprint, path, modified_ns, MIN(created_at)
FROM posts WHERE fingerprint IS NOT NULL GROUP BY size, fingerprint;

UPDATE posts SET video_id = (
    SELECT videos.id FROM videos WHERE videos.size = posts.size AND videos.fingerprint = posts.fingerprint);

INSERT INTO video_uses (post_id, video_id, open_id, account_name, at, is_out)
SELECT posts.id, posts.video_id, accounts.open_id, accounts.display_name,
       COALESCE(posts.finished_at, posts.sent_at, posts.created_at),
       posts.state IN ('published', 'delivered_to_inbox')
FROM posts JOIN accounts ON accounts.id = posts.account_id
WHERE posts.video_id IS NOT NULL
  AND posts.state IN ('uploading', 'processing', 'published', 'delivered_to_inbox', 'unconfirmed');

CREATE TABLE folders (
    id           TEXT    NOT NULL PRIMARY KEY,
    path         TEXT    NOT NULL UNIQUE,
    settings     TEXT    NOT NULL,
    paused       INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    -- When the creator agreed to posting directly.
    consented_at INTEGER,
    -- The file system on which it was last seen.
    device       INTEGER,
    -- What the next `{n}` of a caption stands for.
    next_n       INTEGER NOT NULL DEFAULT 1,
    added_at     INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL
) STRICT;

-- What was decided about a file, as it was then. What is still being written has no row.
CREATE TABLE folder_files (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    folder_id   TEXT    NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    path        TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    -- Where the file system keeps it the same.
    inode       INTEGER,
    -- The side file that it was decided with, as size and time.
    side        TEXT,
    state       TEXT    NOT NULL CHECK (state IN ('offered', 'taken', 'skipped')),
    -- Why it was left out, as JSON.
    cause       TEXT,
    -- Not there at the moment: it is still known when it comes back.
    is_missing  INTEGER NOT NULL DEFAULT 0 CHECK (is_missing IN (0, 1)),
    -- Another file is in its place.
    is_replaced INTEGER NOT NULL DEFAULT 0 CHECK (is_replaced IN (0, 1)),
    seen_at     INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    -- Where the file goes when its posts are out, once that is decided, and when all of that was done.
    after_path  TEXT,
    after_at    INTEGER
) STRICT;

CREATE UNIQUE INDEX folder_files_by_path ON folder_files (folder_id, path) WHERE is_replaced = 0;
CREATE INDEX folder_files_by_state ON folder_files (folder_id, state, id);

-- The posts that were made of a file; a row outlives its post.
CREATE TABLE folder_posts (
    post_id  TEXT    NOT NULL PRIMARY KEY,
    file_id  INTEGER NOT NULL REFERENCES folder_files (id) ON DELETE CASCADE,
    -- Whether it is still to be sent by itself.
    is_due   INTEGER NOT NULL CHECK (is_due IN (0, 1)),
    -- A moment of its own, as its side file says it.
    due_local TEXT,
    due_zone TEXT,
    -- Why it waits for approval although the folder sends by itself, as JSON.
    held     TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX folder_posts_by_file ON folder_posts (file_id);
