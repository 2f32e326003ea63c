/** The creator's locale and time zone, in which the UI formats dates, times and numbers. */

/** The locale for English texts when the computer prefers another language. */
const FALLBACK_LOCALE = 'en-GB';

class Place {
  /** The IANA name of the time zone; the computer's own zone while it is `undefined`. */
  zone = $state<string | undefined>();
  #language = 'en';

  /** Selects the language of the texts, such as `en`. Formats follow the computer's locale of that language. */
  useLanguage(language: string): void {
    this.#language = language;
  }

  /** The locale of all formats: the computer's regional form of the language of the texts. */
  get locale(): string {
    const regional = navigator.languages.find((each) => each.split('-')[0] === this.#language);
    return regional ?? (this.#language === 'en' ? FALLBACK_LOCALE : this.#language);
  }
}

/** The creator's locale and time zone. The settings set the zone. */
export const place = new Place();
