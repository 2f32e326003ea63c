/** The words of a recovery phrase as people write them down. */

/** How many words a recovery phrase has. */
export const PHRASE_WORDS = 24;

/** The words in a text: without numbers before them, punctuation or capitals. */
export function phraseWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{Letter}\p{Mark}]+/u)
    .filter(Boolean);
}
