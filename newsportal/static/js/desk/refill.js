/* Spare cards are fetched before the list runs out; new comments are offered, and never inserted unasked. */

import { cameBack, giveBack } from "../kept-words.js";
import { get } from "./asking.js";
import * as cards from "./list.js";
import { fill, list, made, most, page, parsed, say, words } from "./page.js";

// A quick moderator decides four in the time of a slow answer.
const LOW = 15;
const RETRY_MS = 5_000;

const known = new Set();
const offer = page.querySelector("[data-new]");
let newest = Number(page.dataset.newest);
let fresh = [];
let upTo = newest;
let fetching = false;
let exhausted = false;

export function start() {
  for (const card of cards.all()) know(card);
  for (const event of ["desk:settled", "desk:left"]) page.addEventListener(event, refill);
  offer.addEventListener("click", showNew);
  if (cameBack) say(words.kept);
  refill();
}

export const newestKnown = () => newest;

function know(card) {
  known.add(card.dataset.card);
  if (giveBack(card)) say(words.kept);
}

async function refill() {
  if (fetching || exhausted || cards.open().length >= LOW) return empty();
  const found = await ask({ not: [...known].slice(-most).join(",") });
  if (!found) return setTimeout(refill, RETRY_MS);
  exhausted = !found.length;
  put(found);
  empty();
}

/* The next cards of this page's queue; `undefined` if they could not be fetched. */
async function ask(query) {
  fetching = true;
  try {
    const { html } = await get(page.dataset.cards, [...new URLSearchParams(location.search), ...Object.entries(query)]);
    return html === undefined ? undefined : parsed(html);
  } catch {
    return undefined;
  } finally {
    fetching = false;
  }
}

function put(found) {
  for (const card of found.filter((one) => !cards.find(one.dataset.card))) {
    cards.insert(card, null);
    know(card);
  }
  if (!cards.currentCard() && cards.open().length) {
    // The list had run empty while somebody worked.
    cards.make(cards.open()[0], { focus: document.activeElement === document.body });
  }
  cards.place();
}

function empty() {
  if (!exhausted || cards.all().length || list.querySelector(".cards__empty")) return;
  list.append(made("p", "cards__empty", words.none));
  say(words.none);
}

/* What came in since, according to the server: numbers of waiting comments, and how far it looked. */
export function came({ waiting, newest: looked }) {
  fresh = waiting.filter((pk) => !known.has(String(pk)));
  upTo = looked;
  if (!fresh.length) newest = looked;
  const text = fresh.length >= 100 ? words.newMany : words.new;
  const said = fill(text, { n: fresh.length });
  if (fresh.length && offer.hidden) say(said);
  offer.hidden = !fresh.length;
  offer.textContent = said;
}

/* In their places among the first of the queue; at the end, if this page has the whole queue. */
async function showNew() {
  const first = await ask({});
  if (!first) return say(words.awayIdle);
  let before = null;
  const added = [];
  for (const card of first) {
    const here = cards.find(card.dataset.card);
    if (!here) {
      if (before) cards.insert(card, before.nextElementSibling);
      else cards.insert(card, cards.open()[0]);
      added.push(card);
    }
    before = here ?? card;
  }
  if (!added.length && exhausted) {
    const rest = (await ask({ not: [...known].slice(-most).join(",") })) ?? [];
    put(rest);
    added.push(...rest);
  }
  for (const card of added) know(card);
  exhausted = false;
  came({ waiting: [], newest: upTo });
  say(added.length ? fill(words.newShown, { n: added.length }) : words.newBelow);
  const target = added[0] ?? cards.currentCard();
  if (target) cards.make(target, { scroll: added.length > 0 });
}
