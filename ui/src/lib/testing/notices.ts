/** Makes notices and lines for the fake backend, and adds their texts to the catalogs. */
import type { Message, Notice } from '../bindings';
import { addCatalog, type NoticeText } from '../texts';

/** The code of each text. */
const codes = new Map<string, string>();

/**
 * Returns a notice with a code and English texts. Appends a number to a code that already has another text.
 */
export function fakeNotice({ code, ...parts }: { code: string } & NoticeText): Notice {
  const attributes = Object.entries(parts)
    .filter(([, text]) => text !== '')
    .map(([part, text]) => `\n    .${part} = ${escaped(text)}`);
  return { code: added(code, attributes.join('')), args: {} };
}

/** Returns a line with an English text. */
export function line(text: string): Message {
  return { code: added('fake.line', ` ${escaped(text)}`), args: {} };
}

function added(code: string, body: string): string {
  const key = `${code} ${body}`;
  const known = codes.get(key);
  if (known !== undefined) return known;
  const taken = [...codes.values()];
  let free = code;
  for (let number = 2; taken.includes(free); number += 1) free = `${code}.${number}`;
  codes.set(key, free);
  addCatalog(`${free.replace(/[._]/g, '-')} =${body}\n`);
  return free;
}

/** Converts an English text to a pattern of a catalog. */
function escaped(text: string): string {
  return text.replace(/[{}]/g, (brace) => `{"${brace}"}`);
}
