/* Helps to write to an author: fills the fields from a template, takes the passage marked by mouse or finger, and shows
   the letter on the card before it is sent. */

import { post } from "./asking.js";
import { fieldOf, fieldsOf } from "./fields.js";
import { list, page, parsed, say, words } from "./page.js";
import { act, press } from "./reasons.js";

export function start() {
  list.addEventListener("change", ({ target }) => {
    const card = target.closest("[data-card]");
    if (!card) return;
    if (target === fieldOf(card, "template")) fill(card, target.selectedOptions[0]);
    if (target === fieldOf(card, "reason")) offer(card, target.value);
  });
  // The letter that was shown had the words as they were.
  list.addEventListener("input", ({ target }) => target.closest("[data-card]")?.querySelector(".letter")?.remove());
  page.addEventListener("desk:returning", ({ detail: card }) => take(card));
  document.addEventListener("selectionchange", () => {
    const card = list.querySelector('[data-mode="return"]');
    if (card) take(card);
  });
}

/* Typed words stay; those of another template are replaced. */
function fill(card, { dataset }) {
  const [reason, explanation] = [fieldOf(card, "reason"), fieldOf(card, "explanation")];
  const texts = [...fieldOf(card, "template").options].map((option) => option.dataset.text);
  if (dataset.reason && card.dataset.mode !== "return" && !reason.value) {
    reason.value = dataset.reason;
    press(card);
  }
  if (dataset.text && (!explanation.value.trim() || texts.includes(explanation.value))) explanation.value = dataset.text;
}

/* Templates of other reasons would only get in the way. */
function offer(card, reason) {
  for (const option of fieldOf(card, "template")?.options ?? []) {
    option.hidden = Boolean(reason && option.dataset.reason && option.dataset.reason !== reason);
  }
}

function take(card) {
  const marked = getSelection();
  const text = marked.toString().trim();
  if (!text) return;
  const range = marked.getRangeAt(0);
  const { startContainer: start, endContainer: end, endOffset } = range;
  const place = (start.closest ? start : start.parentElement).closest(".card__body, .card__difference");
  // A triple click on the last paragraph selects up to the beginning of what follows.
  if (!place || !card.contains(place) || (endOffset && !place.contains(end))) return;
  // Words that the author removed are no longer in the text.
  if (range.cloneContents().querySelector("del")) return;
  fieldOf(card, "passage").value = text;
}

/* This decides nothing. */
export async function showLetter(card, address) {
  const pk = card.dataset.card;
  const fields = Object.entries(fieldsOf(card)).map(([name, value]) => [`${name}-${pk}`, value]);
  const query = new URLSearchParams({ fragment: 1, ...(card.dataset.mode ? { act: act(card) } : {}) });
  let letter;
  try {
    const { html } = await post(`${address}?${query}`, fields);
    letter = html && parsed(html, ".letter")[0];
  } catch {
    // Reported below.
  }
  if (!letter) return say(words.noLetter);
  card.querySelector(".letter")?.remove();
  letter.tabIndex = -1;
  card.querySelector(".card__reject").append(letter);
  letter.focus();
}
