/** Extracts the words of a recovery phrase from typed text. */

/** The number of words in a recovery phrase. */
export const PHRASE_WORDS = 24;

/** Returns the words in a text, in lower case and without numbers or punctuation. */
export function phraseWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{Letter}\p{Mark}]+/u)
    .filter(Boolean);
}
