/* What a card says about its outcome: being sent, decided, refused, decided by somebody else. */

import { giveBack } from "../kept-words.js";
import { get } from "./asking.js";
import * as cards from "./list.js";
import { button, fill, made, page, parsed, say, words } from "./page.js";

const LEAVE_MS = Number(page.dataset.undoSeconds) * 1_000;
const LOOK_AGAIN_MS = 1_000;

/* `kind` is sending, done or elsewhere; the card stays in its place, dimmed. */
export function mark(card, kind, text, ...buttons) {
  clear(card);
  card.dataset.outcome = kind;
  const box = card.querySelector("[name=_selected_action]");
  if (box) box.checked = false;
  // A decided card cannot be decided by the same buttons again; a colleague's decision may still be looked at.
  if (kind !== "elsewhere") for (const part of card.children) part.inert = true;
  note(card, text, ...buttons);
}

/* A line on the card, with the buttons to react to it. */
export function note(card, text, ...buttons) {
  const line = made("div", "loop-note");
  line.append(made("p", "", text), ...buttons);
  cards.held(() => card.append(line));
}

export function clear(card) {
  delete card.dataset.outcome;
  clearTimeout(card.leaving);
  for (const part of card.children) part.inert = false;
  cards.held(() => {
    for (const line of card.querySelectorAll(".loop-note")) line.remove();
  });
  return card;
}

/* The card leaves after the delay before its author is told, but not while somebody is looking at it. */
export function leaveSoon(card, after = LEAVE_MS) {
  clearTimeout(card.leaving);
  card.leaving = setTimeout(() => {
    if (card === cards.currentCard() || card.contains(document.activeElement)) leaveSoon(card, LOOK_AGAIN_MS);
    else cards.remove(card);
  }, after);
}

export function refused(card, text) {
  clear(card);
  note(card, text);
  say(fill(words.refusedElsewhere, { name: cards.nameOf(card), words: text }));
  cards.place();
}

/* Somebody was quicker. What this moderator wanted is in `entry`; they keep the other decision, or override it. */
export function conflict(card, row, entry, override) {
  clear(card);
  // The conflict is shown here, with the choices; later news of the same decision must not replace it.
  card.dataset.news = row.saw;
  const rewritten = row.saw.split(".")[1] !== card.dataset.saw.split(".")[1];
  say(fill(words.refusedElsewhere, { name: cards.nameOf(card), words: row.words }));
  if (rewritten) return note(card, row.words, button(words.show, "", () => renew(card)));
  const keep = button(words.keep, fill(words.keepLabel, { who: row.who }), () => {
    elsewhere(card, row);
    cards.passOn([card], true);
    leaveSoon(card, 0);
  });
  note(card, row.words, keep, ...(row.may_override ? [overriding(card, row, entry, override)] : []));
  cards.place();
}

function overriding(card, row, entry, override) {
  const box = made("span", "loop-note__override");
  const field = made("input", "loop-note__why");
  const label = made("label", "", words.why);
  field.id = `why-${card.dataset.card}`;
  field.value = entry.said.because ?? "";
  label.htmlFor = field.id;
  field.hidden = label.hidden = true;
  const send = () => {
    if (field.hidden) {
      field.hidden = label.hidden = false;
      return field.focus();
    }
    if (!field.value.trim()) {
      say(words.whyNeeded);
      return field.focus();
    }
    override(field.value);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    send();
  });
  box.append(label, field, button(words.override, "", send));
  return box;
}

/* A colleague's decision, seen from here. */
export function elsewhere(card, row) {
  const show = row.gone ? [] : [button(words.show, "", () => renew(card))];
  const text = happened(row);
  if (card === cards.currentCard()) say(fill(words.refusedElsewhere, { name: cards.nameOf(card), words: text }));
  if (row.rewritten) {
    clear(card);
    return note(card, text, ...show);
  }
  mark(card, "elsewhere", text, ...show);
  leaveSoon(card);
  cards.place();
}

function happened(row) {
  if (row.gone) return words.gone;
  if (row.rewritten) return words.rewritten;
  return row.status === "withdrawn" ? words.withdrawn : fill(words.elsewhere, row);
}

/* The card as it is now, in its place; `undefined` if it could not be fetched. */
export async function renew(card) {
  const fresh = await fetchCard(card.dataset.card);
  if (!fresh) return undefined;
  clearTimeout(card.leaving);
  cards.replace(card, fresh);
  giveBack(fresh);
  cards.place();
  return fresh;
}

export async function fetchCard(pk) {
  try {
    const { html } = await get(page.dataset.cards, { only: pk });
    return html ? parsed(html)[0] : undefined;
  } catch {
    return undefined;
  }
}
