/** Copies text to the clipboard. */

/** Puts a text on the clipboard; throws where the system allows neither way. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some web views offer the modern way and refuse it; the old one works in a click's own turn.
    if (!copySelection(text)) throw new Error('The clipboard is not available.');
  }
}

function copySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
