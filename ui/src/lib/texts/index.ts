/** Every text that a creator reads, from the Fluent catalogs in `ui/locales`. */
export { addCatalog, PSEUDO_LANGUAGE, setLanguage } from './catalogs';
export { known, t, type MessageId } from './translate';
export { formatMessage, formatNotice, type NoticeText } from './wire';
