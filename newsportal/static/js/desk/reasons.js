/* Rejecting, returning, and answering an objection by keyboard: one key for the reason, words for the author if any,
   Enter. */

import * as cards from "./list.js";
import { decide } from "./decisions.js";
import { fieldOf, fieldsOf } from "./fields.js";
import { list, made, page, say, words } from "./page.js";

const ACTS = { approve: "approve", reject: "reject", return: "return_to_author" };
/* The act for which a card's fields are open, as the server knows it. */
export const act = (card) => ACTS[card.dataset.mode];

const NEED_WORDS = page.dataset.needWords.split(",");

/* Whether its author has objected: then any decision needs an answer in words. */
export const isObjected = (card) => "objected" in card.dataset;

/* Open a card's fields for `reject`, `return` or, for an objection, `approve`. */
export function ask(card, mode) {
  const explanation = fieldOf(card, "explanation");
  if (!explanation || !card.querySelector(`[name=decide][value^="${ACTS[mode]}:"]`)) return say(words.cannot);
  const details = explanation.closest("details");
  if (details) details.open = true;
  card.dataset.mode = mode;
  if (mode === "reject") choices(card).focus();
  else {
    card.querySelector(".loop-reasons")?.remove();
    if (mode === "return") page.dispatchEvent(new CustomEvent("desk:returning", { detail: card }));
    explanation.focus();
    say(mode === "return" ? words.whatToChange : words.answerObjection);
  }
  (details ?? card).scrollIntoView({ block: "nearest", behavior: "instant" });
}

export function start() {
  list.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    const isWords = card && event.target === fieldOf(card, "explanation");
    if (!isWords || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!card.dataset.mode) return;
    event.preventDefault();
    send(card);
  });
}

/* By a key or the card's own button; if something is missing, says so and sends nothing. */
export function send(card, act = ACTS[card.dataset.mode]) {
  const reason = fieldOf(card, "reason")?.value ?? "";
  const explanation = fieldOf(card, "explanation")?.value ?? "";
  const template = fieldOf(card, "template")?.value;
  if (act === "reject" && !reason && !template) {
    choices(card).focus();
    return say(words.chooseReason);
  }
  if ((isObjected(card) || needsWords(act, reason)) && !explanation.trim() && !template) {
    fieldOf(card, "explanation").focus();
    if (isObjected(card)) return say(words.answerObjection);
    return say(act === "reject" ? words.needsWords : words.whatToChange);
  }
  delete card.dataset.mode;
  card.querySelector(".loop-reasons")?.remove();
  decide(act, [card], { said: fieldsOf(card) });
}

export function needsWords(act, reason) {
  return act === "return_to_author" || (act === "reject" && NEED_WORDS.includes(reason));
}

/* The reasons of the card's own field, each with its number. */
function choices(card) {
  card.querySelector(".loop-reasons")?.remove();
  const select = fieldOf(card, "reason");
  const panel = made("div", "loop-reasons");
  panel.tabIndex = -1;
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", words.reasonKeys);
  const options = [...select.options].filter(({ value }) => value);
  const buttons = options.map(({ value, label }, at) => {
    const choice = made("button", "loop-reasons__choice");
    choice.type = "button";
    choice.dataset.reason = value;
    choice.append(made("kbd", "", at < 9 ? at + 1 : ""), ` ${label}`);
    choice.addEventListener("click", () => choose(value));
    return choice;
  });
  function choose(value) {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    press(card);
  }
  panel.append(...buttons);
  panel.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const option = options[Number(event.key) - 1];
    if (option) {
      choose(option.value);
      fieldOf(card, "explanation").focus();
    } else if (event.key === "Enter" && event.target === panel) send(card);
    else if (event.key === "Escape") close(card);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const label = card.querySelector(`label[for="${select.id}"]`) ?? select;
  label.before(panel);
  press(card);
  return panel;
}

/* The number of the chosen reason, however it was chosen. */
export function press(card) {
  const { value } = fieldOf(card, "reason");
  for (const choice of card.querySelectorAll(".loop-reasons__choice")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.reason === value));
  }
}

export function close(card) {
  delete card.dataset.mode;
  card.querySelector(".loop-reasons")?.remove();
  const explanation = fieldOf(card, "explanation");
  const details = explanation?.closest("details");
  if (details) details.open = Boolean(explanation.value);
  cards.make(card);
}
