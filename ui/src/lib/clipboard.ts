/** Copies text to the clipboard. */

/** Copies a text to the clipboard. Throws if the system allows neither method. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some web views expose the Clipboard API but reject it. `execCommand` works within a click handler.
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
