/* The desk without a reload: a plain list with buttons, which works alone, and on top of it the scripts for speed. */

import * as claims from "./claims.js";
import * as decisions from "./decisions.js";
import * as help from "./help.js";
import * as keys from "./keys.js";
import * as cards from "./list.js";
import * as live from "./live.js";
import { form, list, page } from "./page.js";
import * as reasons from "./reasons.js";
import * as refill from "./refill.js";
import * as selection from "./selection.js";
import * as writing from "./writing.js";

document.body.classList.add("desk--loop");
page.hidden = false;

for (const behaviour of [cards, help, keys, reasons, writing, selection, refill, decisions, claims, live]) {
  behaviour.start();
}

form.addEventListener("submit", (event) => {
  const { name, value, formAction } = event.submitter ?? {};
  const card = event.submitter?.closest("[data-card]");
  if (card && event.submitter.hasAttribute("formaction")) writing.showLetter(card, formAction);
  else if (name === "index") selection.act();
  else if (name === "decide" && !press(value)) return;
  else if (name !== "decide") return;
  event.preventDefault();
});

/* A card's own button: does its act on that card, with the card's own fields. */
function press(value) {
  const [act, pk] = value.split(":");
  const card = list.querySelector(`[data-card="${pk}"]`);
  if (!card) return false;
  if (["reject", "return_to_author"].includes(act) || reasons.isObjected(card)) reasons.send(card, act);
  else decisions.decide(act, [card]);
  return true;
}
