/** Builds the import graph of the UI: an arrow leads from each TypeScript or Svelte file to the files that it imports. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import ts from 'typescript';

const endings = ['', '.ts', '.svelte', '.js', '/index.ts', '/index.js'];

/**
 * Returns the arrows between the UI's files, without tests.
 *
 * @param {string} root the folder with `tsconfig.json` and `src`
 * @returns {{ all: Map<string, Map<string, Set<string>>>, values: Map<string, Map<string, Set<string>>> }}
 *   `values` are the imports that exist at run time; `all` includes imports of types
 */
export function uiArrows(root) {
  const aliases = aliasesOf(root);
  const all = new Map();
  const values = new Map();
  for (const file of filesOf(join(root, 'src'))) {
    all.set(file, new Map());
    values.set(file, new Map());
    for (const { from, typeOnly } of importsOf(file)) {
      const to = locate(from, file, aliases);
      if (!to || to === file) continue;
      for (const arrows of typeOnly ? [all] : [all, values]) {
        const targets = arrows.get(file);
        targets.set(to, (targets.get(to) ?? new Set()).add(from));
      }
    }
  }
  return { all, values };
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(ts|js|svelte)$/.test(name) && !/\.test\.ts$|\.d\.ts$|(^|\/)testing\//.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Returns the `paths` of the TypeScript settings, as prefixes. */
function aliasesOf(root) {
  const file = join(root, 'tsconfig.json');
  const { paths = {} } = existsSync(file)
    ? ts.parseConfigFileTextToJson(file, readFileSync(file, 'utf8')).config.compilerOptions
    : {};
  return Object.entries(paths).map(([alias, [place]]) => [
    alias.replace(/\*$/, ''),
    resolve(root, place.replace(/\*$/, '')),
  ]);
}

function locate(from, file, aliases) {
  const alias = aliases.find(([prefix]) => from.startsWith(prefix));
  if (!alias && !from.startsWith('.')) return undefined;
  const place = alias ? join(alias[1], from.slice(alias[0].length)) : join(dirname(file), from);
  return endings.map((ending) => place + ending).find((path) => existsSync(path) && statSync(path).isFile());
}

function importsOf(file) {
  const source = readFileSync(file, 'utf8');
  const scripts = file.endsWith('.svelte')
    ? [...source.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, script]) => script)
    : [source];
  return scripts.flatMap((script) =>
    ts.createSourceFile(file, script, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
      const importing = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
      if (!importing || !statement.moduleSpecifier) return [];
      return [{ from: statement.moduleSpecifier.text, typeOnly: isTypeOnly(statement) }];
    }),
  );
}

function isTypeOnly(statement) {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly || allTypes(statement.exportClause);
  const clause = statement.importClause;
  if (!clause) return false;
  return clause.isTypeOnly || (!clause.name && allTypes(clause.namedBindings));
}

/** `{ type A, type B }` imports types only, as `type { A, B }` does. */
function allTypes(bindings) {
  return bindings?.elements?.length > 0 && bindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}
