/** Reads the declarations and imports of one Rust module, without its tests. */
import { tokens } from './rust-tokens.mjs';

/** Keywords followed by the name of the item that they define. */
const definers = new Set(['fn', 'struct', 'enum', 'union', 'trait', 'type', 'const', 'static']);
/** Keywords of items in which a comma does not end the item. */
const items = new Set([...definers, 'impl', 'mod', 'pub', 'unsafe', 'async', 'extern', 'macro_rules']);
/** Keywords of items that end with a semicolon, even after braces. */
const statements = new Set(['use', 'const', 'static', 'type', 'let']);
const isName = (token) => token !== undefined && /^[A-Za-z_]/.test(token);

/**
 * The declarations of a module in its source.
 *
 * @typedef {{
 *   defined: Set<string>,
 *   children: { name: string, path?: string, module?: Module }[],
 *   imports: { path: string[], as: string, glob: boolean, shared: boolean, local: boolean }[],
 *   paths: string[][],
 *   names: Map<string, number>,
 *   exportedMacros: string[],
 * }} Module
 *   `children` have a `module` if they are declared with a body. An import is `shared` if it has a visibility and so may be a
 *   re-export, and `local` if it is inside a body. `paths` are the paths outside imports. `names` counts the names outside
 *   imports and module declarations.
 */

/** @returns {Module} */
export function readModule(source) {
  return new Reader(tokens(source)).module();
}

class Reader {
  constructor(all) {
    this.all = all;
    this.at = 0;
  }

  module() {
    const module = {
      defined: new Set(),
      children: [],
      imports: [],
      paths: [],
      names: new Map(),
      exportedMacros: [],
    };
    let depth = 0;
    let shared = false;
    let path;
    let exported = false;
    for (; this.at < this.all.length; this.at += 1) {
      const token = this.all[this.at];
      if (token === '#' && (this.all[this.at + 1] === '[' || this.all[this.at + 1] === '!')) {
        const { attribute, end } = this.attribute();
        const test = isTest(attribute);
        exported ||= attribute[0] === 'macro_export';
        if (attribute[0] === 'path') path = attribute[2]?.slice(1, -1);
        this.at = end;
        if (test && this.all[end] === ']') this.skipItem();
        continue;
      }
      if (token === '{' || token === '(' || token === '[') depth += 1;
      else if (token === '}' || token === ')' || token === ']') {
        if (depth === 0) return module;
        depth -= 1;
      } else if (token === 'pub') {
        shared = true;
        if (this.all[this.at + 1] === '(') this.at = this.closing(this.at + 1);
        continue;
      } else if (token === 'use' && this.all[this.at + 1] !== '<') {
        this.at += 1;
        const local = depth > 0;
        for (const found of this.useTree([])) module.imports.push({ ...found, shared, local });
      } else if (token === 'mod' && isName(this.all[this.at + 1])) {
        const child = { name: this.all[this.at + 1], path };
        this.at += 2;
        if (this.all[this.at] === '{') {
          this.at += 1;
          child.module = this.module();
        }
        module.children.push(child);
      } else if (token === 'macro_rules' && this.all[this.at + 1] === '!') {
        const macro = this.all[this.at + 2];
        module.defined.add(macro);
        if (exported) module.exportedMacros.push(macro);
        this.at += 2;
      } else if (isName(token)) {
        if (depth === 0 && definers.has(token) && isName(this.all[this.at + 1])) {
          const mutable = token === 'static' && this.all[this.at + 1] === 'mut';
          const defined = this.all[this.at + (mutable ? 2 : 1)];
          // `const fn` defines the name after `fn`.
          if (!definers.has(defined)) module.defined.add(defined);
        }
        this.path(module);
      }
      shared = false;
      path = undefined;
      exported = false;
    }
    return module;
  }

  /** Reads a path, from its first name to its last. `.name` is a field or method, and `'name` is not a name. */
  path(module) {
    const start = this.at;
    const before = this.all[start - 1];
    const path = [this.all[start]];
    while (this.all[this.at + 1] === '::' && isName(this.all[this.at + 2])) {
      path.push(this.all[this.at + 2]);
      this.at += 2;
    }
    const field = before === '.' && start > 1 && this.all[start - 2] !== '.';
    if (field || before === '::') return;
    module.names.set(path[0], (module.names.get(path[0]) ?? 0) + 1);
    if (path.length > 1) module.paths.push(path);
  }

  /** Reads the imports of a `use`, from the first name of its tree; stops before the `;`, `,` or `}` that follows. */
  useTree(before) {
    const path = [...before];
    for (; ; this.at += 1) {
      const token = this.all[this.at];
      if (token === '::') continue;
      if (token === '*') {
        this.at += 1;
        return [{ path, as: '*', glob: true }];
      }
      if (token === '{') {
        const found = [];
        this.at += 1;
        while (this.at < this.all.length && this.all[this.at] !== '}') {
          if (this.all[this.at] === ',') this.at += 1;
          else found.push(...this.useTree(path));
        }
        this.at += 1;
        return found;
      }
      if (token === 'as') {
        const as = this.all[this.at + 1];
        this.at += 2;
        return [{ path: withoutSelf(path), as, glob: false }];
      }
      if (!isName(token)) {
        const whole = withoutSelf(path);
        return [{ path: whole, as: whole.at(-1), glob: false }];
      }
      path.push(token);
    }
  }

  /** Returns the tokens of the attribute that starts here, and the position of its closing bracket. */
  attribute() {
    const open = this.all[this.at + 1] === '!' ? this.at + 2 : this.at + 1;
    const end = this.closing(open);
    const inner = open === this.at + 2;
    return { attribute: inner ? [] : this.all.slice(open + 1, end), end };
  }

  /** Skips from the end of an attribute to the end of its item. */
  skipItem() {
    this.at += 1;
    // Further attributes of the same item.
    while (this.all[this.at] === '#') this.at = this.attribute().end + 1;
    let kind = this.all[this.at];
    if (kind === 'pub') {
      kind = this.all[this.all[this.at + 1] === '(' ? this.closing(this.at + 1) + 1 : this.at + 1];
    }
    for (; this.at < this.all.length; this.at += 1) {
      const token = this.all[this.at];
      if (token === ';' || (token === ',' && !items.has(kind))) return;
      if (token === '}' || token === ')' || token === ']') {
        // The end of the block that contains the item.
        this.at -= 1;
        return;
      }
      if (token === '{' || token === '(' || token === '[') {
        this.at = this.closing(this.at);
        if (token === '{' && !statements.has(kind)) return;
      }
    }
  }

  /** Returns the position of the bracket that closes the one at `open`. */
  closing(open) {
    let depth = 0;
    for (let at = open; at < this.all.length; at += 1) {
      if ('([{'.includes(this.all[at])) depth += 1;
      else if (')]}'.includes(this.all[at])) depth -= 1;
      if (depth === 0) return at;
    }
    return this.all.length;
  }
}

/**
 * Matches `cfg(test)` and `cfg(all(test, …))`, but not `cfg(not(test))` or `cfg(any(test, …))`, which also apply without tests.
 */
function isTest(attribute) {
  if (attribute[0] !== 'cfg') return false;
  const line = attribute.join(' ');
  return /^cfg \( (all \( .*)?\btest\b/.test(line) && !/\b(not|any) \( [^)]*\btest\b/.test(line);
}

/** `a::{self}` is `a`. */
function withoutSelf(path) {
  return path.length > 1 && path.at(-1) === 'self' ? path.slice(0, -1) : path;
}
