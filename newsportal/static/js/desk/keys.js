/* Every act, by key or by button: one table for both. */

import { decide, undo } from "./decisions.js";
import * as help from "./help.js";
import * as cards from "./list.js";
import { page, say, words } from "./page.js";
import * as reasons from "./reasons.js";
import * as selection from "./selection.js";

const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const ACT_OF = { approve: "approve", spam: "spam", reject: "reject", return: "return_to_author" };

/* `focus` says whether the focus moves with the list; it stays on a button that may be pressed again. */
const COMMANDS = {
  next: ({ focus }) => cards.move(1, focus),
  previous: ({ focus }) => cards.move(-1, focus),
  approve: (how) => act("approve", how),
  spam: (how) => act("spam", how),
  reject: () => ask("reject"),
  return: () => ask("return"),
  feature,
  undo: () => undo(),
  select: ({ range }) => withCurrent((card) => selection.toggle(card, { range })),
  search: () => document.getElementById("searchbar")?.focus(),
  help: () => help.open(),
};

const KEYS = {
  ...{ j: "next", k: "previous", a: "approve", r: "reject", s: "spam", e: "return" },
  ...{ f: "feature", u: "undo", x: "select", "/": "search", "?": "help" },
};
// A key that is held down moves through the list, and decides nothing.
const REPEATABLE = new Set(["next", "previous"]);

export function start() {
  nameApproval();
  page.addEventListener("desk:opened", nameApproval);
  document.addEventListener("keydown", pressed);
  page.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-do]");
    if (button) COMMANDS[button.dataset.do]({ focus: false, range: false });
  });
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event);
  if (event.target.closest?.(FIELDS) || !help.keysAreOn()) return;
  const key = letterOf(event);
  const name = KEYS[key.toLowerCase()];
  // Shift is for selecting a range, and for keys that are typed with it.
  if (!name || (event.shiftKey && /[a-z]/iu.test(key) && name !== "select")) return;
  event.preventDefault();
  if (event.repeat && !REPEATABLE.has(name)) return;
  COMMANDS[name]({ focus: true, range: event.shiftKey });
}

/* A reported comment that stands is not approved but left up, as its own button says. */
function nameApproval() {
  const label = page.querySelector('[data-do="approve"] [data-label]');
  const own = cards.currentCard()?.querySelector('[name=decide][value^="approve:"]');
  if (own) label.textContent = own.textContent.trim();
}

/* The Latin letter of the key if the keyboard writes another script. */
function letterOf({ key, code }) {
  return key.length === 1 && key > "\u007f" && code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}

/* First leave a field for its card; then end the selection. */
function escape({ target }) {
  const card = target.closest?.("[data-card]");
  if (card && target !== card) return reasons.close(card);
  if (target.closest?.(FIELDS)) return target.blur();
  if (selection.selected().length) selection.none();
}

function withCurrent(act) {
  const card = cards.currentCard();
  if (card) act(card);
  else say(words.none);
}

function act(name, { focus }) {
  if (selection.selected().length) return selection.act(ACT_OF[name]);
  withCurrent((card) => {
    if (!card.querySelector(`[name=decide][value^="${ACT_OF[name]}:"]`)) return say(words.cannot);
    if (name === "approve" && reasons.isObjected(card)) reasons.ask(card, name);
    else decide(ACT_OF[name], [card], { focus });
  });
}

function ask(name) {
  if (selection.selected().length) return selection.ask(ACT_OF[name]);
  withCurrent((card) => reasons.ask(card, name));
}

/* The card's own button knows whether to feature the comment or to take that back. */
function feature({ focus }) {
  if (selection.selected().length) return selection.act("feature");
  withCurrent((card) => {
    const button = card.querySelector('[name=decide][value^="feature"], [name=decide][value^="unfeature"]');
    if (button) decide(button.value.split(":")[0], [card], { focus });
    else say(words.cannot);
  });
}
