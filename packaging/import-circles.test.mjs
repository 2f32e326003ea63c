/** Tests of the import graphs and of the search for circles in them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { circles } from './imports/circles.mjs';
import { crateArrows, workspaceCrates } from './imports/rust.mjs';
import { tokens } from './imports/rust-tokens.mjs';
import { uiArrows } from './imports/ui.mjs';

const made = [];
afterEach(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** Creates a temporary folder with these files. */
function tree(files) {
  const root = mkdtempSync(join(tmpdir(), 'circles-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** Returns the arrows as `from -> to`, in alphabetical order. */
function lines(root, arrows) {
  return [...arrows]
    .flatMap(([from, to]) =>
      [...to.keys()].map((file) => `${relative(root, from)} -> ${relative(root, file)}`),
    )
    .sort();
}

/** Returns the arrows of a crate with this `lib.rs` and these other files. */
function crate(files) {
  const root = tree(files);
  return lines(root, crateArrows([join(root, 'lib.rs')]));
}

test('every circle of two or more files is found, the largest first', () => {
  const arrows = { a: 'b', b: 'ce', c: 'a', d: 'd', e: 'f', f: 'e', g: 'a' };
  const graph = new Map(Object.entries(arrows).map(([from, to]) => [from, [...to]]));
  assert.deepEqual(circles(graph), [
    ['a', 'b', 'c'],
    ['e', 'f'],
  ]);
  assert.deepEqual(circles(new Map([['a', ['b']]])), []);
});

test('a long chain of imports does not exhaust the stack', () => {
  const length = 20_000;
  const chain = Array.from({ length }, (_, at) => [`${at}`, [`${(at + 1) % length}`]]);
  assert.equal(circles(new Map(chain))[0].length, length);
});

test('comments, strings, characters and lifetimes are skipped without losing code', () => {
  const source = String.raw`
    // crate::a
    /* crate::b /* nested */ crate::c */
    f("\" crate::d", r#"" crate::e"#, b"x", '"', '\'', 'x', &'static x, r#type::y, 1..2, crate::z);`;
  const found = tokens(source).filter((token) => /^[a-z']/.test(token));
  assert.deepEqual(found, ['f', "'static", 'x', 'type', 'y', 'crate', 'z']);
});

test('an import leads to the file that defines the item, through any number of re-exports', () => {
  const arrows = crate({
    'lib.rs': 'mod posts; mod user; pub use posts::Post;',
    'posts/mod.rs': 'mod row; mod store; pub(crate) use row::Row; pub use self::store::*;',
    'posts/row.rs': 'pub struct Row;',
    'posts/store.rs': 'mod inner; pub use inner::Post;',
    'posts/store/inner.rs': 'pub struct Post; pub enum State { Draft }',
    'user.rs': 'use crate::{Post, posts::{self, Row as R}}; fn f() { posts::Post::new(); }',
  });
  assert.deepEqual(arrows, ['user.rs -> posts/row.rs', 'user.rs -> posts/store/inner.rs']);
});

test('a parent that declares and re-exports its children is in no circle with them', () => {
  const arrows = crate({
    'lib.rs': 'mod posts;',
    'posts/mod.rs': 'mod row; pub use row::Row; pub(super) use crate::posts::row::Other; pub struct Id;',
    'posts/row.rs': 'use super::Id; pub struct Row(Id); pub struct Other;',
  });
  assert.deepEqual(arrows, ['posts/row.rs -> posts/mod.rs']);
});

test('a parent that uses what it re-exports depends on it', () => {
  const arrows = crate({
    'lib.rs': 'mod row; pub use row::Row; fn f(row: Row) {}',
    'row.rs': 'pub struct Row;',
  });
  assert.deepEqual(arrows, ['lib.rs -> row.rs']);
});

test('paths in the code count like imports', () => {
  const arrows = crate({
    'lib.rs': 'mod a; mod b; mod c; mod d; fn f() { a::g(); let x = value.b; }',
    'a.rs': 'pub fn g() -> Vec<crate::b::B> { super::c::h::<u8>() }',
    'b.rs': 'pub struct B; impl B { fn x() { fn_of(|| { use crate::d::D; D }) } }',
    'c.rs': 'pub fn h<T>() {}',
    'd.rs': 'pub struct D;',
  });
  assert.deepEqual(arrows, ['a.rs -> b.rs', 'a.rs -> c.rs', 'b.rs -> d.rs', 'lib.rs -> a.rs']);
});

test('tests are ignored, but not the code beside them', () => {
  const arrows = crate({
    'lib.rs': 'mod a; mod b; mod c; #[cfg(test)] mod testing; #[cfg(test)] mod tests { use crate::c::C; }',
    'a.rs': `
      #[cfg(test)] use crate::b::{B, Other};
      #[cfg(test)] #[allow(unused)] fn only(a: u8, b: crate::b::B) -> u8 { 1 }
      #[cfg(all(test, unix))] mod more { use crate::b::B; }
      struct S { #[cfg(test)] b: crate::b::B, c: crate::c::C }`,
    'b.rs':
      '#[cfg(not(test))] use crate::c::C; #[cfg(any(test, unix))] fn f() { crate::a::f() } pub struct B;',
    'c.rs': 'pub struct C;',
  });
  assert.deepEqual(arrows, ['a.rs -> c.rs', 'b.rs -> a.rs', 'b.rs -> c.rs']);
});

test('a module and a function may share a name, and a macro belongs to the file that defines it', () => {
  const arrows = crate({
    'lib.rs': 'mod view; mod user; mod point; pub use view::view;',
    'view.rs': 'pub fn view() {} pub struct V;',
    'point.rs':
      'macro_rules! point { () => { $crate::point::listed() } } pub(crate) use point; fn listed() {}',
    'user.rs': 'use crate::{view, view::V, point::point}; fn f() { view(); point!() }',
  });
  assert.deepEqual(arrows, ['user.rs -> point.rs', 'user.rs -> view.rs']);
});

test('inline modules belong to the file that contains them', () => {
  const arrows = crate({
    'lib.rs': 'mod a { pub mod b; pub struct A; use super::C; } struct C; use self::a::b::B; type T = B;',
    'a/b.rs': 'pub struct B; fn f(_: super::A, _: super::super::C) {}',
  });
  assert.deepEqual(arrows, ['a/b.rs -> lib.rs', 'lib.rs -> a/b.rs']);
});

test('other crates are ignored, even with the name of a module', () => {
  const arrows = crate({
    'lib.rs': 'mod a; mod serde; pub use url::Url;',
    'a.rs': 'use std::fmt; use ::serde::Serialize; use crate::Url; fn f() { tokio::spawn(fmt::x()) }',
    'serde.rs': '',
  });
  assert.deepEqual(arrows, []);
});

test('the crates of a workspace are those whose source is under the folder', () => {
  const root = tree({
    'Cargo.toml':
      '[workspace]\nmembers = [".", "src/one", "tests"]\n[package]\nname = "app"\n[lib]\nname = "lib"\npath = "src/app/lib.rs"\n',
    'src/app/lib.rs': '',
    'src/one/Cargo.toml': '[package]\nname = "one"\n[[bin]]\nname = "program"\npath = "src/bin.rs"\n',
    'src/one/src/lib.rs': '',
    'src/one/src/bin.rs': '',
    'tests/Cargo.toml': '[package]\nname = "tests"\n',
    'tests/src/lib.rs': '',
  });
  const found = workspaceCrates(root, 'src').map(({ name, roots }) => [
    name,
    ...roots.map((file) => relative(root, file)),
  ]);
  assert.deepEqual(found, [
    ['app', 'src/app/lib.rs'],
    ['one', 'src/one/src/lib.rs', 'src/one/src/bin.rs'],
  ]);
});

test('imports of the UI are resolved through aliases, and type imports are separate', () => {
  const root = tree({
    'tsconfig.json': '{ "compilerOptions": { "paths": { "$lib/*": ["./src/lib/*"] } } }',
    'src/App.svelte': '<script lang="ts">import x from "$lib/a"; import { y } from "svelte";</script>',
    'src/lib/a.ts': 'import type { B } from "./b.svelte"; export { type C, type D } from "./c";',
    'src/lib/b.svelte.ts': 'export * from "$lib/c"; import "./a";',
    'src/lib/c/index.ts': 'import { type A, b } from "../a"; const later = import("../b.svelte");',
    'src/lib/a.test.ts': 'import "./a";',
  });
  const { all, values } = uiArrows(root);
  const real = [
    'src/App.svelte -> src/lib/a.ts',
    'src/lib/b.svelte.ts -> src/lib/a.ts',
    'src/lib/b.svelte.ts -> src/lib/c/index.ts',
    'src/lib/c/index.ts -> src/lib/a.ts',
  ];
  const types = ['src/lib/a.ts -> src/lib/b.svelte.ts', 'src/lib/a.ts -> src/lib/c/index.ts'];
  assert.deepEqual(lines(root, values), real);
  assert.deepEqual(lines(root, all), [...real, ...types].sort());
});

test('the program prints the circles and fails if one exceeds the limit', () => {
  const root = tree({
    'Cargo.toml': '[workspace]\nmembers = ["src-tauri/one"]\n',
    'src-tauri/one/Cargo.toml': '[package]\nname = "one"\n',
    'src-tauri/one/src/lib.rs': 'mod a; mod b;',
    'src-tauri/one/src/a.rs': 'use crate::b::B; pub struct A;',
    'src-tauri/one/src/b.rs': 'use crate::a::A; pub struct B;',
  });
  const program = fileURLToPath(new URL('import-circles.mjs', import.meta.url));
  const run = (...args) =>
    spawnSync(process.execPath, [program, '--root', root, ...args], { encoding: 'utf8' });
  const allowed = run('--limit', '2');
  assert.equal(allowed.status, 0, allowed.stderr);
  assert.match(allowed.stdout, /one: a circle of 2 files\n {2}src-tauri\/one\/src\/a\.rs\n/);
  const refused = run('--limit', '1', '--arrows');
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /-> src-tauri\/one\/src\/b\.rs \(crate::b::B\)/);
  assert.match(refused.stderr, /more than 1 files?: one \(2 files\)/);
});
