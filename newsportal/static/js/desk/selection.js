/* Several at once: x and Shift-x select, and the bar of the selection appears while there is one. */

import { drop, giveBack, keep, nameOf } from "../kept-words.js";
import { decide } from "./decisions.js";
import { fieldOf } from "./fields.js";
import * as cards from "./list.js";
import { fill, form, list, page, say, words } from "./page.js";
import { needsWords } from "./reasons.js";

const SAID = ["reason", "explanation", "template"];

let last = null;
let shift = false;
let barHeight = 0;

const boxOf = (card) => card.querySelector("[name=_selected_action]");
export const selected = () => cards.all().filter((card) => boxOf(card)?.checked && !cards.isDecided(card));

export function start() {
  // After navigating back, the browser may have boxes ticked.
  barHeight = form.querySelector(".actions")?.offsetHeight ?? 0;
  // The change event of a click does not say whether Shift was held.
  list.addEventListener("click", (event) => (shift = event.shiftKey), { capture: true });
  list.addEventListener("change", ({ target }) => {
    if (target.name !== "_selected_action") return;
    const card = target.closest("[data-card]");
    if (shift) range(card, target.checked);
    shift = false;
    last = card;
    tell(false);
  });
  document.getElementById("action-toggle")?.addEventListener("change", ({ target }) => {
    for (const card of cards.open()) if (boxOf(card)) boxOf(card).checked = target.checked;
    tell();
  });
  page.addEventListener("desk:answered", ({ detail: entry }) => (entry.refused.length ? takeBack(entry) : forget(entry)));
}

export function toggle(card, { range: isRange = false } = {}) {
  const box = boxOf(card);
  if (!box) return;
  box.checked = isRange || !box.checked;
  if (isRange) range(card, true);
  last = card;
  tell();
}

export function none() {
  for (const card of selected()) boxOf(card).checked = false;
  const toggleAll = document.getElementById("action-toggle");
  if (toggleAll) toggleAll.checked = false;
  tell();
}

/* By the bar's own button, and by the keys while something is selected. */
export function act(action = form.elements.action?.value) {
  const said = Object.fromEntries(SAID.map((name) => [name, form.elements[name]?.value ?? ""]));
  if (!action) return form.elements.action?.focus();
  if (![...(form.elements.action?.options ?? [])].some(({ value }) => value === action)) return say(words.cannot);
  if (action === "reject" && !said.reason && !said.template) {
    form.elements.reason.focus();
    return say(words.chooseReason);
  }
  if (needsWords(action, said.reason) && !said.explanation.trim() && !said.template) {
    form.elements.explanation.focus();
    return say(action === "reject" ? words.needsWords : words.whatToChange);
  }
  decide(action, selected(), { said, isOfBar: true });
  // Otherwise the words would go unseen to the authors of the next selection.
  for (const name of SAID) form.elements[name].value = "";
  none();
}

/* A refusal does not lose what was typed. It goes back into the bar, with the refused cards selected; if the bar is in
   use, or a colleague was quicker or the author has written something else, onto each of the cards. */
function takeBack({ act, said, refused }) {
  if (!SAID.some((name) => said[name])) return;
  const isFree = form.elements.explanation?.value === "" && !selected().length;
  const again = refused.filter(({ comment, kind }) => isFree && kind !== "stale" && cards.find(comment));
  for (const row of refused) if (!again.includes(row)) putOn(row.comment, said);
  for (const { comment } of again) boxOf(cards.find(comment)).checked = true;
  if (again.length) for (const [name, value] of Object.entries({ ...said, action: act })) form.elements[name].value = value;
  tell(false);
  if (said.explanation) say(`${refused[0].words} ${words.kept}`.trim());
}

/* The bar comes and goes above the cards, which stay where they are. */
function hold() {
  const height = form.querySelector(".actions")?.offsetHeight ?? 0;
  scrollBy({ top: height - barHeight, behavior: "instant" });
  barHeight = height;
}

function putOn(pk, said) {
  const card = cards.find(pk);
  const [explanation, reason] = card ? [fieldOf(card, "explanation"), fieldOf(card, "reason")] : [];
  if (!said.explanation || explanation?.value) return;
  keep(`explanation-${pk}`, said.explanation);
  if (reason && !reason.value) reason.value = said.reason;
  if (card) giveBack(card);
}

/* If the words were sent after a reload of the page, they had come back into the field as well. */
function forget({ said }) {
  const field = form.elements.explanation;
  if (field?.value === said.explanation) field.value = "";
  if (field && !field.value) drop([nameOf(field)]);
}

/* Rejecting and returning need words first, in the bar's own fields. */
export function ask(action) {
  form.elements.action.value = action;
  (action === "reject" ? form.elements.reason : form.elements.explanation).focus();
}

function range(card, checked) {
  const all = cards.open();
  const ends = [all.indexOf(last), all.indexOf(card)];
  if (ends.includes(-1)) return;
  for (const one of all.slice(Math.min(...ends), Math.max(...ends) + 1)) if (boxOf(one)) boxOf(one).checked = checked;
}

function tell(aloud = true) {
  hold();
  const n = selected().length;
  const text = n ? fill(words.selected, { n }) : words.unselected;
  const counter = form.querySelector(".action-counter");
  if (counter) counter.textContent = n ? text : "";
  if (aloud) say(text);
}
