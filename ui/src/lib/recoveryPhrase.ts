/** Extracts the words of a recovery phrase from typed text. */

/** The number of words in a recovery phrase. */
export const PHRASE_WORDS = 24;

/** The words in a text: without numbers before them, punctuation or capitals. */
export function phraseWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{Letter}\p{Mark}]+/u)
    .filter(Boolean);
}
