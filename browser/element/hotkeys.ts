// Keys that open the search, as an attribute names them: `/`, `ctrl+k`, `ctrl+shift+f`. Ctrl may be a Mac's ⌘.

/** Modifiers, and a character or a key that browsers call by a name; not the space, as spaces are not looked at. */
const KEY = /^((ctrl|alt|shift)\+)*([^+]|f\d+|(arrow|page)\w+|home|end|insert|enter|escape|tab)$/;

/** The keys in a list, none of which are in `off`; undefined where something in it is no key. */
export function hotkeysIn(list: string): string[] | undefined {
  const keys = list
    .toLowerCase()
    .replaceAll(' ', '')
    .replace(/cmd|meta/g, 'ctrl')
    .split(',')
    .filter((key) => key && key !== 'off');
  return keys.every((key) => KEY.test(key)) ? keys : undefined;
}

/** Whether a key is pressed where it is no text. */
export function isPressed(hotkey: string, event: KeyboardEvent): boolean {
  const key = hotkey.split('+').pop()!;
  const has = (modifier: string) => hotkey.includes(`${modifier}+`);
  if (keyOf(event) !== key || event.altKey !== has('alt')) return false;
  if ((event.ctrlKey || event.metaKey) !== has('ctrl')) return false;
  // Some layouts need Shift for `/`; with a letter it is another key, which may be the browser's own.
  if (event.shiftKey !== has('shift') && (has('shift') || /^[a-z]$/.test(key))) return false;
  return has('ctrl') || has('alt') || !isEditable(event.composedPath()[0] as Element);
}

/** The letter of a key on a keyboard of another script is where it is on a Latin one. */
function keyOf({ key, code }: Partial<KeyboardEvent>): string | undefined {
  // Browsers that fill a form in say so by events of keys that are none.
  if (key === undefined || !/^[^ -~]$/u.test(key)) return key?.toLowerCase();
  return /^Key(.)$/.exec(code ?? '')?.[1]?.toLowerCase();
}

/**
 * Whether a key chooses among characters of an input method: it is for nothing else. Of the key that ends that, Safari
 * tells it by its code alone.
 */
export function isComposed({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}

function isEditable(element: Element): boolean {
  return element.matches?.('input, textarea, select') || (element as HTMLElement).isContentEditable;
}

/** A key as it is shown. */
export function shownKey(hotkey: string): string {
  const isMac = /mac|iphone|ipad/i.test(navigator.platform);
  const macs = () => hotkey.replace('ctrl+', '⌘').replace('alt+', '⌥').replace('shift+', '⇧');
  return capital(isMac ? macs() : hotkey.replaceAll('+', ' '));
}

/** A key as aria-keyshortcuts has it. */
export function ariaKeys(hotkey: string): string {
  return capital(hotkey.replace('ctrl', 'control'));
}

function capital(text: string): string {
  return text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
