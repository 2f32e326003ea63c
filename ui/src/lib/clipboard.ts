/** Copies text to the clipboard. */
import type { Notice } from './bindings';

/** The system allows no method of copying. The error is its own notice, whose words the app's catalog has. */
class ClipboardError extends Error implements Notice {
  readonly code = 'clipboard';
  readonly args = {};
}

/** Copies a text to the clipboard. Throws a notice if the system allows neither method. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some web views expose the Clipboard API but reject it. `execCommand` works within a click handler.
    if (!copySelection(text)) throw new ClipboardError();
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
