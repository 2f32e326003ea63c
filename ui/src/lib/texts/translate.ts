/** Formats the UI's own messages, with names and arguments that the compiler checks. */
import { find, format } from './catalogs';
import type { Messages } from './messages';

/** The name of a message (`queue-title`), or of an attribute of a message (`folders-actions-inbox.text`). */
export type MessageId = keyof Messages;

/** An argument: text is inserted as it is, numbers follow the rules of the language. */
export type Value = string | number;

type ArgumentsOf<Id extends MessageId> = [Messages[Id]] extends [never]
  ? []
  : [values: Record<Messages[Id], Value>];

/** Returns a text of the UI in the chosen language. */
export function t<Id extends MessageId>(id: Id, ...[values]: ArgumentsOf<Id>): string {
  const [name = '', attribute = null] = id.split('.');
  const message = find(name);
  return message ? format(message, attribute, values ?? {}) : id;
}

/** Returns the text of a message whose name contains a word from TikTok, or `null` for an unknown word. */
export function known(prefix: string, word: string): string | null {
  const message = find(`${prefix}-${word.replaceAll('.', '-')}`);
  return message ? format(message, null, {}) : null;
}
