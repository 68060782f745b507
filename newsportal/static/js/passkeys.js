/* Buttons that ask the browser for a passkey, or to make one, and send their form with its answer. Without a script, or
 * in a browser that cannot do it, they stay hidden: one can also sign in with a password and a code. */

const kinds = {
  get: {
    can: () => window.PublicKeyCredential?.parseRequestOptionsFromJSON,
    ask: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  },
  create: {
    can: () => window.PublicKeyCredential?.parseCreationOptionsFromJSON,
    ask: (options) =>
      navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  },
};

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const kind = kinds[button.dataset.passkey];
  if (!kind.can()) continue;
  button.hidden = false;
  button.addEventListener("click", () => send(button, kind));
}

async function send(button, kind) {
  const form = button.form;
  button.disabled = true;
  tell(button, "");
  try {
    const options = await optionsFor(button, form);
    const credential = await kind.ask(options);
    form.elements[button.dataset.field].value = JSON.stringify(credential.toJSON());
    // Not requestSubmit: the fields of the other way to sign in stay empty.
    form.submit();
  } catch (error) {
    button.disabled = false;
    tell(button, error instanceof Told ? error.message : button.dataset.failed);
  }
}

class Told extends Error {}

async function optionsFor(button, form) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const answer = await fetch(button.dataset.options, { method: "POST", body });
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  const words = answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : "";
  throw words ? new Told(words) : new Error(`status ${answer.status}`);
}

function tell(button, words) {
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  if (said) said.textContent = words;
}
