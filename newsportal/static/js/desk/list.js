/* The cards in their order: which one is current, where the focus is, and how the page is kept from jumping. */

import { fill, form, list, page, say, words } from "./page.js";

let current = null;

export const all = () => [...list.querySelectorAll("[data-card]")];
export const find = (pk) => list.querySelector(`[data-card="${pk}"]`);
export const currentCard = () => current;
/* Decided here, or being decided; a card that a colleague decided may still be answered with a conflict. */
export const isDecided = (card) => ["sending", "done"].includes(card.dataset.outcome);
export const open = () => all().filter((card) => !card.dataset.outcome);

export function nameOf(card) {
  const heading = document.getElementById(card.getAttribute("aria-labelledby") ?? "") ?? card.querySelector("h3");
  return heading?.textContent.trim() || card.dataset.card;
}

export function start() {
  list.tabIndex = -1;
  for (const card of all()) card.tabIndex = -1;
  const first = open()[0];
  if (first) make(first, { focus: false });
  for (const event of ["focusin", "pointerdown"]) {
    list.addEventListener(event, ({ target }) => {
      const card = target.closest("[data-card]");
      if (card && !isDecided(card)) make(card, { focus: false });
    });
  }
}

/* Make a card the current one; colleagues are told while somebody is at it. */
export function make(card, { focus = true, scroll = false } = {}) {
  if (current !== card) {
    current?.removeAttribute("aria-current");
    if (current) current.tabIndex = -1;
    current = card;
    if (card) {
      card.setAttribute("aria-current", "true");
      card.tabIndex = 0;
    }
    place();
  }
  if (!card) return;
  if (focus) card.focus({ preventScroll: true });
  if (scroll) bringIntoView(card);
  page.dispatchEvent(new CustomEvent("desk:opened"));
}

export function place() {
  const cards = open();
  const text = fill(words.place, { place: cards.indexOf(current) + 1, count: cards.length });
  page.querySelector("[data-place]").textContent = cards.includes(current) ? text : "";
}

export function move(step, focus) {
  const target = neighbour(step);
  if (target) make(target, { focus, scroll: true });
  else say(open().length ? words[step > 0 ? "end" : "start"] : words.none);
}

/* After these were decided, make the next card the current one. */
export function passOn(decided, focus) {
  if (!decided.includes(current)) return place();
  const target = neighbour(1) ?? neighbour(-1);
  if (target) return make(target, { focus, scroll: true });
  make(null);
  if (focus) list.focus({ preventScroll: true });
}

function neighbour(step) {
  const cards = all();
  let at = cards.indexOf(current) + step;
  while (cards[at]?.dataset.outcome) at += step;
  return cards[at];
}

/* Change the list without moving what is being read. */
export function held(change) {
  const top = current?.getBoundingClientRect().top;
  change();
  if (current?.isConnected && top !== undefined) {
    scrollBy({ top: current.getBoundingClientRect().top - top, behavior: "instant" });
  }
}

export function remove(card) {
  held(() => card.remove());
  if (current === card) make(open()[0] ?? null, { focus: false });
  page.dispatchEvent(new CustomEvent("desk:left"));
}

/* Put a card's newer state in its place, or where it stood. */
export function replace(card, fresh) {
  fresh.tabIndex = -1;
  const had = current === card;
  const focused = card.contains(document.activeElement);
  held(() => card.replaceWith(fresh));
  if (had) {
    current = null;
    make(fresh, { focus: focused });
  }
}

export function insert(card, before) {
  card.tabIndex = -1;
  held(() => (before?.isConnected ? before.before(card) : list.append(card)));
  list.querySelector(".cards__empty")?.remove();
  // Hidden while the list was empty.
  form.querySelector(".actions")?.removeAttribute("hidden");
}

/* At once, without smooth scrolling: keys are pressed faster than that, and some people get dizzy. */
function bringIntoView(card) {
  const isTall = card.getBoundingClientRect().height > innerHeight * 0.6;
  card.scrollIntoView({ block: isTall ? "start" : "nearest", behavior: "instant" });
}
