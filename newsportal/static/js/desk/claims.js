/* A soft claim on the card that somebody has open: colleagues see it, and nothing is locked. */

import { leave, post } from "./asking.js";
import * as cards from "./list.js";
import { looking } from "./live.js";
import { page } from "./page.js";

// Running through the list claims nothing on the way.
const SETTLED_MS = 400;
const RENEW_MS = Number(page.dataset.renew) * 1_000;
// Whoever has touched nothing for this long is taken to be away.
const IDLE_MS = 3 * RENEW_MS;

let claimed = "";
let timer;
let touched = performance.now();

export function start() {
  for (const event of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    addEventListener(event, touch, { capture: true, passive: true });
  }
  page.addEventListener("desk:opened", opened);
  // The first card is open when the page loads; a page opened in a background tab is not being read yet.
  for (const event of ["visibilitychange", "pageshow"]) addEventListener(event, touch);
  opened();
  // A decision leaves its card, even if no other one is opened.
  page.addEventListener("desk:settled", () => {
    const card = claimed && cards.find(claimed);
    if (claimed && (!card || cards.isDecided(card))) settle();
  });
  setInterval(() => {
    if (claimed) claim();
  }, RENEW_MS);
  addEventListener("pagehide", () => {
    if (claimed) leave(page.dataset.claims, [["left", claimed]]);
    claimed = "";
  });
}

const isAtIt = () => document.visibilityState === "visible" && performance.now() - touched < IDLE_MS;

/* Coming back to a card claims it from that moment on. */
function touch() {
  const wasAway = !isAtIt();
  touched = performance.now();
  if (wasAway || !claimed) settle();
}

function opened() {
  if (cards.currentCard()?.dataset.card !== claimed) settle();
}

function settle() {
  clearTimeout(timer);
  timer = setTimeout(claim, SETTLED_MS);
}

async function claim() {
  if (!isAtIt()) return;
  const card = cards.currentCard();
  const left = claimed;
  claimed = card && !cards.isDecided(card) ? card.dataset.card : "";
  const fields = [
    ...(claimed ? [["comment", claimed]] : []),
    ...(left && left !== claimed ? [["left", left]] : []),
  ];
  if (!fields.length) return;
  try {
    const answer = await post(page.dataset.claims, fields);
    if (card && answer.claims) looking(card, answer.claims[card.dataset.card] ?? "");
  } catch {
    // Nothing depends on it; the next one is sent soon.
  }
}
