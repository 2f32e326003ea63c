/** Builds the import graph of a Rust crate: an arrow leads from each file to the files with the definitions that it uses. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

import { readModule } from './rust-module.mjs';

/**
 * Lists the crates of a workspace with source under a folder, each with the root files of its targets.
 *
 * @returns {{ name: string, roots: string[] }[]}
 */
export function workspaceCrates(root, folder) {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const members = /^\[workspace\][^[]*?^members\s*=\s*\[([^\]]*)\]/ms.exec(manifest)?.[1] ?? '"."';
  return [...members.matchAll(/"([^"]+)"/g)]
    .map(([, member]) => crateAt(resolve(root, member)))
    .filter(({ roots }) => roots.length > 0 && roots.every((file) => within(join(root, folder), file)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function crateAt(folder) {
  const manifest = readFileSync(join(folder, 'Cargo.toml'), 'utf8');
  const name = /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(manifest)?.[1] ?? basename(folder);
  const declared = [...manifest.matchAll(/^\[(?:lib|\[bin\])\][^[]*?^path\s*=\s*"([^"]+)"/gms)];
  const usual = ['src/lib.rs', 'src/main.rs'].filter((file) => existsSync(join(folder, file)));
  const roots = new Set([...usual, ...declared.map(([, path]) => path)].map((file) => join(folder, file)));
  return { name, roots: [...roots] };
}

function within(folder, file) {
  return !relative(folder, file).startsWith('..');
}

/**
 * Returns the arrows between the files of a crate, without tests.
 *
 * @param {string[]} roots
 * @returns {Map<string, Map<string, Set<string>>>} for each file, the files that it uses and the paths of each use
 */
export function crateArrows(roots) {
  const arrows = new Map();
  for (const file of roots) {
    for (const scope of scopes(load(file))) addArrows(scope, arrows);
  }
  return arrows;
}

/** One module in the tree: its declarations, its file, its parent and its children. */
class Scope {
  constructor(module, file, parent) {
    this.module = module;
    this.file = file;
    this.parent = parent;
    this.root = parent?.root ?? this;
    this.children = new Map();
    this.imports = new Map();
    this.globs = module.imports.filter(({ glob }) => glob);
    /** `#[macro_export]` puts a macro into the crate's root. */
    this.macros = new Map();
    for (const found of module.imports) {
      if (!found.glob) this.imports.set(found.as, [...(this.imports.get(found.as) ?? []), found]);
    }
    for (const macro of module.exportedMacros) this.root.macros.set(macro, file);
  }

  knows(name) {
    return this.children.has(name) || this.imports.has(name) || this.module.defined.has(name);
  }
}

function load(file) {
  const root = new Scope(readModule(readFileSync(file, 'utf8')), file);
  addChildren(root, dirname(file));
  return root;
}

/** @param {string} folder the folder with the files of the module's children */
function addChildren(scope, folder) {
  for (const { name, path, module } of scope.module.children) {
    if (module) {
      const child = new Scope(module, scope.file, scope);
      scope.children.set(name, child);
      addChildren(child, join(folder, name));
      continue;
    }
    const places = path
      ? [join(dirname(scope.file), path)]
      : [`${name}.rs`, `${name}/mod.rs`].map((end) => join(folder, end));
    const file = places.find(existsSync);
    if (!file)
      throw new Error(`${scope.file} declares \`mod ${name};\`, and there is no ${places.join(' or ')}`);
    const child = new Scope(readModule(readFileSync(file, 'utf8')), file, scope);
    scope.children.set(name, child);
    addChildren(child, basename(file) === 'mod.rs' || path ? dirname(file) : join(folder, name));
  }
}

function* scopes(scope) {
  yield scope;
  for (const child of scope.children.values()) yield* scopes(child);
}

function addArrows(scope, arrows) {
  const from = scope.file;
  if (!arrows.has(from)) arrows.set(from, new Map());
  const add = (path, target) => {
    // An import of a whole module is counted by the paths that go through it.
    if (!target.file || target.file === from) return;
    const to = arrows.get(from);
    to.set(target.file, (to.get(target.file) ?? new Set()).add(path.join('::')));
  };
  for (const found of scope.module.imports) {
    // A parent that re-exports its children depends on them only if it also uses them.
    if (found.shared && !scope.module.names.has(found.as) && isBelow(scope, found.path)) continue;
    const target = resolvePath(scope, found.path);
    add(found.path, found.glob && target.module ? { file: target.module.file } : target);
  }
  for (const path of scope.module.paths) add(path, resolvePath(scope, path));
}

/** Returns true if a path leads into a descendant of the module. */
function isBelow(scope, [first, ...rest]) {
  if (first === 'self') return scope.children.has(rest[0]);
  if (first !== 'crate') return scope.children.has(first);
  let at = scope.root;
  for (const name of rest) {
    if (at === scope) return scope.children.has(name);
    at = at.children.get(name);
    if (!at) return false;
  }
  return false;
}

/** The result for a definition in another crate. */
const external = {};

/**
 * Finds the definition that a path names.
 *
 * @returns {{ file?: string, module?: Scope }} a file for an item, a module for a module, and neither for another crate's
 */
function resolvePath(scope, path, visited = new Set()) {
  let [first, ...rest] = path;
  if (first === 'crate') return descend(scope.root, rest, visited);
  if (first === 'self') return descend(scope, rest, visited);
  if (first !== 'super') return scope.knows(first) ? descend(scope, path, visited) : external;
  let at = scope.parent;
  while (at && rest[0] === 'super') {
    at = at.parent;
    rest = rest.slice(1);
  }
  return at ? descend(at, rest, visited) : external;
}

/** Resolves names, starting from a module. An unknown name, such as one that a macro generates, counts as the module's file. */
function descend(scope, names, visited) {
  if (names.length === 0) return { module: scope };
  const [name, ...rest] = names;
  // A name may be a module and an item at once; only the module has children.
  if (rest.length > 0 && scope.children.has(name)) return descend(scope.children.get(name), rest, visited);
  const found = find(scope, name, visited);
  if (found?.module && rest.length > 0) return descend(found.module, rest, visited);
  return found ?? { file: scope.file };
}

/** Resolves a name in a module: a definition, an import, a child, or the result of a glob import. */
function find(scope, name, visited) {
  if (scope.module.defined.has(name)) return { file: scope.file };
  for (const found of scope.imports.get(name) ?? []) {
    if (visited.has(found)) continue;
    return resolvePath(scope, found.path, new Set([...visited, found]));
  }
  if (scope.children.has(name)) return { module: scope.children.get(name) };
  if (scope.macros.has(name)) return { file: scope.macros.get(name) };
  for (const glob of scope.globs) {
    if (visited.has(glob)) continue;
    const within = new Set([...visited, glob]);
    const { module } = resolvePath(scope, glob.path, within);
    const found = module && find(module, name, within);
    if (found) return found;
  }
  return undefined;
}
