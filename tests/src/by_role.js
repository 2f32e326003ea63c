// Finds the visible elements of a page by role, with their accessible names, as assistive technology does.
import { computeAccessibleName, getRole, isInaccessible } from 'dom-accessibility-api';

/** Elements that ARIA gives no role, and the role under which tests look for them. */
const OTHER_ROLES = [
  ['input[type=password], input[type=search]', 'textbox'],
  ['summary', 'button'],
];

function roleOf(element) {
  const other = OTHER_ROLES.find(([selector]) => element.matches(selector));
  return element.getAttribute('role') ?? other?.[1] ?? getRole(element);
}

const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

/** The accessible name; for a role that takes no name from its content, such as a list item, the text. */
function nameOf(element) {
  return squeeze(computeAccessibleName(element)) || squeeze(element.innerText || element.textContent);
}

function isVisible(element) {
  if (element.closest('[inert]') || isInaccessible(element)) return false;
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  // A native control is often laid out of sight under a drawn label, and the label is visible then.
  return [element, ...(element.labels ?? [])].some((one) => one.getClientRects().length > 0);
}

/**
 * @param {string} role
 * @returns {[Element, string][]} the visible elements of this role with their accessible names
 */
export default function byRole(role) {
  return [...document.querySelectorAll('*')]
    .filter((element) => roleOf(element) === role && isVisible(element))
    .map((element) => [element, nameOf(element)]);
}
