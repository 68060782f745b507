/* Words typed at the desk (`data-keep="explanation-17"`) are kept in this browser until they are sent: a session may
   end, a tab may be closed. They come back into the field of that name if it is empty, on any page of the desk (with an
   empty name, only on the same page), and are dropped when the desk confirms the act that they were sent with. Each
   moderator has their own. */

const script = document.querySelector("script[data-kept-for]");
const SHELF = `desk:words:${script.dataset.keptFor}:`;
const SENT = "desk:sent";
const DAYS = 7;

tidy();
forgetWhatWasDone();
/* Whether words came back when this page was opened. */
export const cameBack = giveBack(document);

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-keep]")) keep(nameOf(target), target.value);
});
/* A form that the browser submits itself; the next page says whether the act was done. A card's button sends that
   card's words, any other button sends no card's. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const { name, value } = event.submitter ?? {};
  const end = name === "decide" ? `-${value.split(":")[1]}` : "";
  const sent = [...event.target.querySelectorAll("[data-keep]")].filter((field) =>
    end ? nameOf(field).endsWith(end) : !field.closest("[data-card]"),
  );
  attempt(() => sessionStorage.setItem(SENT, JSON.stringify(sent.map(nameOf))));
});

export function nameOf(field) {
  return field.dataset.keep || `${location.pathname}:${field.name}`;
}

/* Fill the empty fields of an element with what was typed there before; returns whether there was anything. */
export function giveBack(element) {
  const filled = [...element.querySelectorAll("[data-keep]")].filter((field) => {
    const text = field.value ? "" : read(localStorage, SHELF + nameOf(field))?.text;
    if (text) field.value = text;
    if (text) field.closest("details")?.setAttribute("open", "");
    return text;
  });
  return filled.length > 0;
}

export function keep(name, text) {
  attempt(() => {
    if (text) localStorage.setItem(SHELF + name, JSON.stringify({ text, at: Date.now() }));
    else localStorage.removeItem(SHELF + name);
  });
}

export function drop(names) {
  for (const name of names) keep(name, "");
}

function forgetWhatWasDone() {
  const sent = read(sessionStorage, SENT) ?? [];
  attempt(() => sessionStorage.removeItem(SENT));
  if (document.querySelector(".messagelist .success")) drop(sent);
}

function tidy() {
  attempt(() => {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(SHELF))) {
      if (Date.now() - (read(localStorage, key)?.at ?? 0) > DAYS * 86_400_000) localStorage.removeItem(key);
    }
  });
}

function read(storage, key) {
  return attempt(() => JSON.parse(storage.getItem(key)));
}

/* A browser that keeps nothing still sends what is in the field. */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
