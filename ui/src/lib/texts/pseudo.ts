/** The pseudo-language: readable English with accents, about a third longer, each piece of text in brackets. */

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = [...'àƀçđéƒĝĥîĵķļɱñóþǫŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÓÞǪŔŠŢÛṼŴẊÝŽ'];
const DOUBLED = 'aeiouAEOU';

/** Transforms one text element of a catalog. */
export function pseudo(text: string): string {
  const letters = [...text].map((letter) => {
    const accented = ACCENTED[PLAIN.indexOf(letter)] ?? letter;
    return DOUBLED.includes(letter) ? accented + accented : accented;
  });
  return `⟦${letters.join('')}⟧`;
}
