/* The card that somebody has open is claimed softly: colleagues see it, and nobody is kept from anything. */

import { leave, post } from "./asking.js";
import * as cards from "./list.js";
import { looking } from "./live.js";
import { page } from "./page.js";

// Who runs through the list claims nothing on the way.
const SETTLED_MS = 400;
const RENEW_MS = Number(page.dataset.renew) * 1_000;
// Who has not touched anything for as long is not at it.
const IDLE_MS = 3 * RENEW_MS;

let claimed = "";
let timer;
let touched = Date.now();

export function start() {
  for (const event of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    addEventListener(event, () => (touched = Date.now()), { capture: true, passive: true });
  }
  page.addEventListener("desk:opened", ({ detail: card }) => {
    if (card.dataset.card === claimed) return;
    clearTimeout(timer);
    timer = setTimeout(claim, SETTLED_MS);
  });
  // A decision leaves its card, also where no other one is opened.
  page.addEventListener("desk:settled", () => {
    const card = claimed && cards.find(claimed);
    if (claimed && (!card || cards.isDecided(card))) {
      clearTimeout(timer);
      timer = setTimeout(claim, SETTLED_MS);
    }
  });
  setInterval(() => {
    const isAtIt = document.visibilityState === "visible" && Date.now() - touched < IDLE_MS;
    if (claimed && isAtIt) claim();
  }, RENEW_MS);
  addEventListener("pagehide", () => {
    if (claimed) leave(page.dataset.claims, [["left", claimed]]);
    claimed = "";
  });
}

async function claim() {
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
    // Nothing hangs on it; the next one is sent soon.
  }
}
