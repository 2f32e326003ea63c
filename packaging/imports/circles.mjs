/** Finds the import circles of a graph: its strongly connected components of more than one file. */

/**
 * @param {Map<string, Iterable<string>>} arrows each file, and the files that it imports from
 * @returns {string[][]} the circles, the largest first, the files of each in alphabetical order
 */
export function circles(arrows) {
  // Tarjan's algorithm, with a stack of its own so that a long chain of imports cannot exhaust the call stack.
  const index = new Map();
  const low = new Map();
  const open = [];
  const isOpen = new Set();
  const found = [];
  for (const start of arrows.keys()) {
    if (index.has(start)) continue;
    const work = [];
    const enter = (file) => {
      index.set(file, index.size);
      low.set(file, index.get(file));
      open.push(file);
      isOpen.add(file);
      work.push({ file, next: [...(arrows.get(file) ?? [])].values() });
    };
    enter(start);
    while (work.length > 0) {
      const { file, next } = work.at(-1);
      const step = next.next();
      if (!step.done) {
        const to = step.value;
        if (!index.has(to)) enter(to);
        else if (isOpen.has(to)) low.set(file, Math.min(low.get(file), index.get(to)));
        continue;
      }
      work.pop();
      const from = work.at(-1)?.file;
      if (from !== undefined) low.set(from, Math.min(low.get(from), low.get(file)));
      if (low.get(file) !== index.get(file)) continue;
      const members = open.splice(open.indexOf(file));
      for (const member of members) isOpen.delete(member);
      if (members.length > 1) found.push(members.sort());
    }
  }
  return found.sort((one, other) => other.length - one.length || (one[0] < other[0] ? -1 : 1));
}
