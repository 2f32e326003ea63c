/** Formats the codes and arguments that the backend sends: notices, lines and their parts. */
import { FluentType, type FluentVariable } from '@fluent/bundle';

import type { Argument, Message, Notice } from '../bindings';
import { bytes, frameRate, listed, moment, span, videoLength } from '../format';
import { find, format } from './catalogs';

/** The three parts of a notice as texts. A part that the catalog omits is empty. */
export type NoticeText = { happened: string; slipway: string; you: string };

/** The fallbacks for an unknown code: the engine's message, then the UI's own. */
const UNKNOWN = ['notice-unknown', 'unknown'];

/** A value that formats itself when it is inserted into a message. */
class Formatted<T> extends FluentType<T> {
  readonly #show: (value: T) => string;

  constructor(value: T, show: (value: T) => string) {
    super(value);
    this.#show = show;
  }

  toString(): string {
    return this.#show(this.value);
  }
}

/** Formats a notice: what happened, what Slipway does, and what the creator can do. */
export function formatNotice({ code, args }: Notice): NoticeText {
  const message = lookUp(code);
  const values = valuesOf(args);
  // The fallback text may need an argument that this notice does not have.
  const all = { details: 0, detail: '', code, ...values };
  return {
    happened: format(message, 'happened', all),
    slipway: format(message, 'slipway', all),
    you: format(message, 'you', all),
  };
}

/** Formats a single line. */
export function formatMessage({ code, args }: Message): string {
  const message = lookUp(code);
  const values = { code, ...valuesOf(args) };
  return message.value
    ? format(message, null, values)
    : format(message, 'happened', { details: 0, ...values });
}

/** Finds the message of a code, of its family, or the fallback. */
function lookUp(code: string): NonNullable<ReturnType<typeof find>> {
  const name = code.replace(/[._]/g, '-');
  const family = `${code.split('.')[0] ?? code}-other`.replaceAll('_', '-');
  for (const id of [name, family, ...UNKNOWN]) {
    const message = find(id);
    if (message) return message;
  }
  return { id: name, value: name, attributes: {} };
}

function valuesOf(args: Record<string, Argument>): Record<string, FluentVariable> {
  return Object.fromEntries(Object.entries(args).map(([name, argument]) => [name, valueOf(argument)]));
}

function valueOf(argument: Argument): FluentVariable {
  switch (argument.kind) {
    case 'text':
    case 'number':
      return argument.value;
    case 'hundredths':
      return new Formatted(argument.value / 100, frameRate);
    case 'bytes':
      return new Formatted(argument.value, bytes);
    case 'seconds':
      return new Formatted(argument.value, span);
    case 'milliseconds':
      return new Formatted(argument.value, videoLength);
    case 'moment':
      return new Formatted(argument.value, moment);
    case 'list':
      return new Formatted(argument.value, listed);
    case 'message':
      return new Formatted(argument.value, formatMessage);
    case 'notice':
      return new Formatted(argument.value, (notice) => formatNotice(notice).happened);
  }
}
