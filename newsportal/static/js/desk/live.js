/* What colleagues do appears on this desk within two seconds: a small request, repeated while the page is visible. */

import { get } from "./asking.js";
import { heard } from "./decisions.js";
import * as cards from "./list.js";
import { elsewhere } from "./outcomes.js";
import { made, most, page, say } from "./page.js";
import { came, newestKnown } from "./refill.js";

const ASK_MS = 1_500;
// The counts of new comments and of the views may be as old as the time it takes to read one comment.
const COUNT_EVERY = 8;
// After a decision they are asked for until the server has counted again.
const COUNTED_MS = Number(page.dataset.countsKept) * 1_000;
const SLOWEST_MS = 30_000;
// One lost answer is not worth a message.
const FAILURES_TOLD = 2;

let failures = 0;
let asked = 0;
let timer;
let asking = false;
let changed = -Infinity;
let counted = -Infinity;

export function start() {
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  addEventListener("online", ask);
  page.addEventListener("desk:settled", () => (changed = performance.now()));
  later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.min(ASK_MS * 2 ** failures, SLOWEST_MS));
}

async function ask() {
  if (asking) return;
  if (document.visibilityState !== "visible") return later();
  asking = true;
  const shown = cards.open().slice(0, most);
  const query = { cards: shown.map((card) => `${card.dataset.card}:${card.dataset.saw}`).join(",") };
  const isTime = asked % COUNT_EVERY === 0;
  if (isTime) query.newest = newestKnown();
  if (isTime || counted <= changed + COUNTED_MS) query.counts = 1;
  const began = performance.now();
  asked += 1;
  try {
    const answer = await get(page.dataset.news, query);
    failures = answer.status === 200 ? 0 : failures + 1;
    if (answer.signedOut) heard("signedOut");
    else if (answer.status === 200) show(answer, shown);
    if (answer.counts) counted = began;
  } catch {
    failures += 1;
    if (failures >= FAILURES_TOLD) heard("away");
  } finally {
    asking = false;
    later();
  }
}

function show(answer, shown) {
  heard("well");
  for (const row of answer.changed) {
    const card = cards.find(row.comment);
    // Decided here in the meantime, or already shown.
    if (!card || !shown.includes(card) || card.dataset.outcome || card.dataset.news === row.saw) continue;
    card.dataset.news = row.saw;
    changed = performance.now();
    elsewhere(card, row);
  }
  for (const card of shown) looking(card, answer.claims[card.dataset.card] ?? "");
  if (answer.new) came(answer.new);
  for (const [name, text] of Object.entries(answer.counts ?? {})) count(name, text);
}

/* The number beside a view; not announced. */
function count(name, text) {
  const shown = document.querySelector(`[data-count="${name}"]`);
  if (shown && shown.textContent !== text) shown.textContent = text;
}

/* Who else has a card open; announced only for the current one. */
export function looking(card, text) {
  let line = card.querySelector(".loop-looking");
  if ((line?.textContent ?? "") === text) return;
  if (!line) {
    line = made("p", "loop-looking");
    cards.held(() => card.prepend(line));
  }
  if (text) line.textContent = text;
  else cards.held(() => line.remove());
  if (text && card === cards.currentCard()) say(text);
}
