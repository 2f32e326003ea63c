-- What was decided about a file of a watched folder belongs to its content, and not to its times.

-- The content, once it was read. A decision about a file that was never read counts for its place and size.
ALTER TABLE folder_files ADD COLUMN video_id INTEGER REFERENCES videos (id);

CREATE INDEX folder_files_by_size ON folder_files (folder_id, size);
CREATE INDEX folder_files_by_video ON folder_files (folder_id, video_id);

-- The names and subfolders of the last scan, as JSON. What the next scan finds only because these changed is not new.
ALTER TABLE folders ADD COLUMN scope TEXT;
-- The inode of the folder at the last scan, where the file system keeps it the same.
ALTER TABLE folders ADD COLUMN root_inode INTEGER;

-- The contents that are known already. A post can have another file by now, for example one that fits.
UPDATE folder_files SET video_id = (
    SELECT videos.id FROM folder_posts
    LEFT JOIN posts ON posts.id = folder_posts.post_id
    LEFT JOIN video_uses ON video_uses.post_id = folder_posts.post_id
    JOIN videos ON videos.id = COALESCE(posts.video_id, video_uses.video_id)
    WHERE folder_posts.file_id = folder_files.id
      AND videos.size = folder_files.size AND videos.made_of IS NULL
    ORDER BY folder_posts.post_id LIMIT 1)
WHERE state = 'taken';

-- Those of files whose posts were removed.
UPDATE folder_files SET video_id = (
    SELECT videos.id FROM videos JOIN folders ON folders.id = folder_files.folder_id
    WHERE videos.path = folders.path || '/' || folder_files.path
      AND videos.size = folder_files.size AND videos.modified_ns = folder_files.modified_ns
    ORDER BY videos.id LIMIT 1)
WHERE video_id IS NULL
  AND (state <> 'skipped' OR json_extract(cause, '$.kind') IN ('dismissed', 'known', 'made'));
