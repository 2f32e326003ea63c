/** Splits Rust source into the tokens that matter for imports: names and punctuation, without comments and strings. */

const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const rawString = /(?:b|c)?r(#*)"/y;
const string = /(?:b|c)?"/y;
const character = /b?'(?:\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|.)|[^\\'])'/uy;
const lifetime = /'[A-Za-z_][A-Za-z0-9_]*/y;
const number = /[0-9][A-Za-z0-9_]*(?:\.[0-9][A-Za-z0-9_]*)?/y;

/**
 * @param {string} source
 * @returns {string[]} names and single characters of punctuation; `::` is one token, and a string one that begins with `"`
 */
export function tokens(source) {
  const found = [];
  let at = 0;
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    if (/\s/.test(source[at])) {
      at += 1;
    } else if (source.startsWith('//', at)) {
      at = until(source, '\n', at);
    } else if (source.startsWith('/*', at)) {
      at = endOfBlockComment(source, at);
    } else if (source.startsWith('r#', at) && source[at + 2] !== '"' && source[at + 2] !== '#') {
      // A raw name, such as `r#type`.
      at += 2;
    } else {
      const raw = match(rawString);
      const text = raw ? null : match(string);
      const quoted = (raw ?? text) ? null : match(character);
      if (raw) {
        at = until(source, `"${raw[1]}`, at + raw[0].length);
        found.push('""');
      } else if (text) {
        const start = at + text[0].length;
        at = endOfString(source, start);
        found.push(`"${source.slice(start, at - 1)}"`);
      } else if (quoted) {
        at += quoted[0].length;
        found.push('""');
      } else {
        const word = match(lifetime) ?? match(number) ?? match(name);
        const token = word ? word[0] : source.startsWith('::', at) ? '::' : source[at];
        at += token.length;
        found.push(token);
      }
    }
  }
  return found;
}

function until(source, end, from) {
  const found = source.indexOf(end, from);
  return found < 0 ? source.length : found + end.length;
}

function endOfString(source, from) {
  let at = from;
  while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Block comments nest. */
function endOfBlockComment(source, from) {
  let depth = 0;
  let at = from;
  do {
    if (source.startsWith('/*', at)) depth += 1;
    else if (source.startsWith('*/', at)) depth -= 1;
    at += source.startsWith('/*', at) || source.startsWith('*/', at) ? 2 : 1;
  } while (depth > 0 && at < source.length);
  return at;
}
