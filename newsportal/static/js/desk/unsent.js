/* What could not be sent is shown and kept; it is sent by itself once the connection or the session is back. */

import { button, fill, made, page, say, words } from "./page.js";

const box = page.querySelector("[data-unsent]");
const line = box.querySelector("[data-unsent-words]");
const entries = box.querySelector("[data-unsent-list]");
const signIn = box.querySelector("[data-sign-in-link]");
let told = "";

/* `state` is well, away or signedOut. */
export function show(state, queue, discard) {
  const isWell = state === "well";
  box.hidden = isWell;
  signIn.hidden = state !== "signedOut";
  if (isWell) {
    told = "";
    return;
  }
  line.textContent = fill(words[queue.length ? state : `${state}Idle`], { n: queue.length });
  entries.replaceChildren(
    ...queue.map((entry) => {
      const item = made("li", "", `${entry.label}: ${entry.unanswered.map(({ name }) => name).join(", ")} `);
      item.append(button(words.discard, `${words.discard}: ${item.textContent}`, () => discard(entry)));
      return item;
    }),
  );
  // Announced when it begins, not with each try.
  if (told !== state) say(line.textContent);
  told = state;
}

export function onTryAgain(act) {
  box.querySelector("[data-try-again]").addEventListener("click", act);
}
