// The key that this Worker may need: it is kept until the tab is closed, and sent to this Worker alone.

const NAME = 'sparsedge-key';

export function ownKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined;
}

/** Shows the form that asks for one, and begins anew with what is given. */
export function askForKey(): void {
  const form = document.getElementById('key') as HTMLFormElement;
  form.hidden = false;
  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      sessionStorage.setItem(NAME, String(new FormData(form).get('key')));
      location.reload();
    },
    { once: true },
  );
}
