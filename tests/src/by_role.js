// Finds what a person can see by its role and accessible name, as assistive technology would.
// arguments: role, name (or null for any), whether the name must match as a whole.
// The roles and the order of name sources follow WAI-ARIA 1.2 and accname 1.2 as far as Slipway's pages need them.
const [role, wanted, whole] = arguments;

const NATIVE = {
  alert: '',
  alertdialog: '',
  button: 'button, input[type=submit], input[type=button], summary',
  checkbox: 'input[type=checkbox]:not([role])',
  combobox: 'select:not([multiple])',
  dialog: 'dialog[open]',
  heading: 'h1, h2, h3, h4, h5, h6',
  img: 'img[alt]:not([alt=""])',
  link: 'a[href]',
  listitem: 'li',
  main: 'main',
  navigation: 'nav',
  progressbar: 'progress',
  radio: 'input[type=radio]',
  slider: 'input[type=range]',
  status: 'output',
  switch: '',
  textbox:
    'textarea, input:not([type]), input[type=text], input[type=password], input[type=search], input[type=url]',
};

const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

/** What a labelling element says; hidden ones may label too. */
const textOf = (element) => squeeze(element.innerText || element.textContent);

function nameOf(element) {
  const ids = element.getAttribute('aria-labelledby');
  if (ids) {
    const texts = ids.split(/\s+/).map((id) => document.getElementById(id));
    return squeeze(texts.filter(Boolean).map(textOf).join(' '));
  }
  const label = squeeze(element.getAttribute('aria-label'));
  if (label) return label;
  if (element.labels?.length) return squeeze([...element.labels].map(textOf).join(' '));
  if (element.matches('input[type=submit], input[type=button]')) return squeeze(element.value);
  if (element.matches('img')) return squeeze(element.alt);
  const named = 'button, summary, a, h1, h2, h3, h4, h5, h6, li, output, option, [role]';
  if (element.matches(named)) {
    const text = textOf(element);
    if (text) return text;
    const picture = element.querySelector('img[alt]:not([alt=""]), svg[aria-label]');
    if (picture) return squeeze(picture.getAttribute('alt') ?? picture.getAttribute('aria-label'));
  }
  return squeeze(element.getAttribute('title')) || squeeze(element.getAttribute('placeholder'));
}

function visible(element) {
  if (element.closest('[aria-hidden=true], [inert], [hidden]')) return false;
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  // Native controls are often laid out of sight under a drawn label; then the label is what a person sees.
  const seen = element.labels?.length ? [element, ...element.labels] : [element];
  return seen.some((one) => one.getClientRects().length > 0);
}

const selector = [`[role="${role}"]`, NATIVE[role]].filter(Boolean).join(', ');
return [...document.querySelectorAll(selector)].filter((element) => {
  const explicit = element.getAttribute('role');
  if (explicit && explicit !== role) return false;
  if (!visible(element)) return false;
  if (wanted === null) return true;
  const name = nameOf(element);
  return whole ? name === wanted : name.includes(wanted);
});
