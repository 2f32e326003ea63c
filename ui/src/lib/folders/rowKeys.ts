/** The keys of the rows in a list of a folder's files. */
import type { FolderFile } from '../bindings';

/**
 * Returns each file with a key that it keeps when its state changes. A path is listed again for a file that was replaced: the
 * newest has the plain path.
 */
export function rowKeys(files: FolderFile[]): { key: string; file: FolderFile }[] {
  const paths = new Set<string>();
  return files.map((file) => {
    const key = paths.has(file.path) ? `${file.path} ${file.seenAt}` : file.path;
    paths.add(file.path);
    return { key, file };
  });
}
