/** Writes `ui/src/lib/texts/messages.ts`: the names of the UI's messages, each with the names of its arguments. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { FluentParser, Transformer } from '@fluent/syntax';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** The catalog of the engine that the UI formats values with as well. */
export const UNITS = 'engine/units.ftl';
const TARGET = at('src/lib/texts/messages.ts');

/** The names of the arguments that a pattern inserts or selects by, in alphabetical order. */
export function argumentsOf(pattern) {
  const names = new Set();
  class Visitor extends Transformer {
    visitVariableReference(node) {
      names.add(node.id.name);
      return node;
    }
  }
  new Visitor().visit(pattern.clone());
  return [...names].sort();
}

/** The messages of a catalog's text: `id` and `id.attribute`, each with the names of its arguments. */
export function messagesOf(text) {
  const resource = new FluentParser().parse(text);
  return resource.body.flatMap((entry) => {
    if (entry.type === 'Junk') throw new Error(`This is not Fluent: ${entry.content}`);
    if (entry.type !== 'Message') return [];
    const name = entry.id.name;
    return [
      ...(entry.value ? [[name, argumentsOf(entry.value)]] : []),
      ...entry.attributes.map((each) => [`${name}.${each.id.name}`, argumentsOf(each.value)]),
    ];
  });
}

/** The source text of `messages.ts`. */
export function typesOfMessages() {
  const folder = at('locales/en');
  const own = readdirSync(`${folder}/ui`)
    .filter((name) => name.endsWith('.ftl'))
    .sort()
    .map((name) => `ui/${name}`);
  const found = [...own, UNITS].flatMap((name) => messagesOf(readFileSync(`${folder}/${name}`, 'utf8')));
  const lines = found.map(
    ([id, names]) => `'${id}': ${names.length > 0 ? names.map((name) => `'${name}'`).join(' | ') : 'never'};`,
  );
  return `/** The UI's messages and the names of their arguments. \`npm run messages\` writes this file. */

/** Maps each message to the names of its arguments. */
export type Messages = {
${lines.map((line) => `  ${line}`).join('\n')}
};
`;
}

if (process.argv[1] && basename(process.argv[1]) === 'messages.mjs') {
  writeFileSync(TARGET, typesOfMessages());
}
