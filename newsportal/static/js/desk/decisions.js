/* Decisions go to the server one after the other, in the order in which they were taken; the page does not wait for
   them, and believes only what the server says. */

import { drop } from "../kept-words.js";
import { post } from "./asking.js";
import * as cards from "./list.js";
import * as outcomes from "./outcomes.js";
import { button, fill, list, page, say, together, words } from "./page.js";
import * as unsent from "./unsent.js";

const TO = { approve: "approved", reject: "rejected", spam: "spam", return_to_author: "returned" };
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 15_000;
const SHELF = `desk:queue:${page.dataset.user}`;
// More than a moderator decides in an hour; older ones are undone from the comment's own page.
const REMEMBERED = 200;

const queue = kept();
const batches = [];
let sending = null;
let state = "well";
let wait = FIRST_RETRY_MS;
let timer;
let number = Date.now();

export function start() {
  for (const entry of queue) {
    for (const { pk } of entry.cards) if (cards.find(pk)) outcomes.mark(cards.find(pk), "sending", words.sending);
    if (entry.kind === "decide") batches.push({ entry, decisions: new Map() });
  }
  unsent.onTryAgain(now);
  addEventListener("online", now);
  // The moderator comes back from the tab in which they signed in.
  addEventListener("focus", () => state === "signedOut" && now());
  addEventListener("beforeunload", (event) => queue.length && event.preventDefault());
  pump();
}

/* Decide on cards: `act` as the server knows it, `said` what goes with it (reason, explanation and so on). `focus` says
   whether the focus moves on with the list, `isOfBar` whether the words stood in the bar of the selection. */
export function decide(act, chosen, { said = {}, focus = true, isOfBar = false } = {}) {
  const open = chosen.filter((card) => !cards.isDecided(card));
  if (!open.length) return;
  const entry = {
    id: (number += 1),
    kind: "decide",
    ...{ act, to: TO[act], label: labelOf(act), said, isOfBar },
    ...withCards(open.map((card) => ({ pk: card.dataset.card, saw: card.dataset.saw, name: cards.nameOf(card) }))),
  };
  for (const card of open) outcomes.mark(card, "sending", words.sending);
  batches.push({ entry, decisions: new Map() });
  if (batches.length > REMEMBERED) batches.shift();
  cards.passOn(open, focus);
  push(entry);
}

/* Take back the last decision, or all of the last selection; or only the decision on one card. */
export function undo(pk) {
  const batch = pk ? batches.findLast(({ entry }) => names(entry).includes(pk)) : batches.at(-1);
  if (!batch) return say(words.nothingToUndo);
  if (queue.includes(batch.entry) && batch.entry !== sending && !pk) discard(batch.entry);
  const chosen = batch.entry.cards.filter((card) => !pk || card.pk === pk);
  if (!chosen.length) return;
  if (!pk || batch.entry.cards.length === 1) batches.splice(batches.indexOf(batch), 1);
  push({ id: (number += 1), kind: "undo", label: words.undo, ...withCards(chosen), batch });
}

function push(entry) {
  queue.push(entry);
  keep();
  // Try even if other requests found no connection.
  pump(state === "away");
}

/* Drop an entry that was not sent yet. */
function discard(entry) {
  if (entry === sending) return;
  queue.splice(queue.indexOf(entry), 1);
  const left = entry.unanswered;
  keep();
  if (entry.kind === "decide") {
    const shown = left.map(({ pk }) => cards.find(pk)).filter(Boolean);
    for (const { pk } of left) forget(entry, pk);
    entry.refused.push(...left.map(({ pk }) => ({ comment: pk, words: "" })));
    for (const card of shown) outcomes.clear(card);
    if (shown[0]) cards.make(shown[0], { scroll: true });
    say(fill(words.undone, { name: titleOf(left) }));
    answered(entry);
  } else if (!batches.includes(entry.batch)) batches.push(entry.batch);
  if (!queue.length) state = "well";
  unsent.show(state, queue, discard);
}

function now() {
  clearTimeout(timer);
  wait = FIRST_RETRY_MS;
  pump(true);
}

async function pump(again = false) {
  if (sending || !queue.length || (state !== "well" && !again)) {
    if (state !== "well") unsent.show(state, queue, discard);
    return;
  }
  [sending] = queue;
  let answer;
  try {
    answer = await (sending.kind === "undo" ? sendUndo(sending) : sendDecision(sending));
  } catch {
    answer = null;
  }
  const entry = sending;
  sending = null;
  if (!answer || answer.signedOut) return stopped(answer ? "signedOut" : "away");
  const part = entry.unanswered.splice(0, together);
  if (!entry.unanswered.length) queue.shift();
  keep();
  if (state !== "well") {
    state = "well";
    wait = FIRST_RETRY_MS;
    unsent.show(state, queue, discard);
  }
  settle(entry, answer, part);
  pump();
}

function stopped(why) {
  state = why;
  unsent.show(state, queue, discard);
  clearTimeout(timer);
  if (why === "away") {
    timer = setTimeout(() => pump(true), wait);
    wait = Math.min(wait * 2, LAST_RETRY_MS);
  }
}

/* What other requests found out about the connection: `well`, `away` or `signedOut`. */
export function heard(what) {
  if (sending || what === state) return;
  if (queue.length) {
    if (what === "well") now();
    return;
  }
  state = what;
  unsent.show(state, queue, discard);
}

function sendDecision(entry) {
  const fields = [
    ["act", entry.act],
    ...Object.entries(entry.said),
    ...entry.unanswered.slice(0, together).map(({ pk, saw }) => ["comment", `${pk}:${saw}`]),
  ];
  return post(page.dataset.decisions, fields);
}

function sendUndo(entry) {
  const chosen = entry.unanswered.slice(0, together);
  const decisions = chosen.map(({ pk }) => entry.batch.decisions.get(pk)).filter(Boolean);
  if (!decisions.length) return { done: [], refused: [] };
  return post(page.dataset.undo, [["decisions", decisions.join(",")]]);
}

/* `part` are the cards that were sent, and `answer` what the server said about them. */
function settle(entry, answer, part) {
  const { done = [] } = answer;
  const refused = [...(answer.refused ?? []), ...unheardOf(entry, answer, part)];
  for (const row of done) (entry.kind === "undo" ? takenBack : taken)(entry, row);
  entry.refused.push(...refused.filter((row) => refuse(entry, row)));
  if (!entry.unanswered.length) {
    tell(entry, done, refused);
    answered(entry);
  }
  page.dispatchEvent(new CustomEvent("desk:settled"));
}

/* Cards that the answer does not mention: the desk refused the whole request, or there is nothing to take back. */
function unheardOf(entry, answer, part) {
  const heard = [...(answer.done ?? []), ...(answer.refused ?? [])].map(({ comment }) => String(comment));
  const isWell = answer.status === undefined || answer.status === 200;
  const text = answer.words ?? (isWell ? words.nothingToUndo : fill(words.notTaken, { status: answer.status }));
  const left = part.filter(({ pk }) => !heard.includes(pk));
  return left.map(({ pk }) => ({ comment: pk, words: text, kind: "refused" }));
}

function tell(entry, done, refused) {
  const name = titleOf(entry.cards);
  if (entry.kind === "undo" && refused.length) say(refused[0].words);
  else if (entry.kind === "undo" && done.length) say(fill(words.undone, { name }));
  else if (done.length) say(fill(became(done[0]), { name }));
}

/* The bar forgets the words that were sent, or gets them back for the refused cards. */
function answered(entry) {
  if (entry.isOfBar) page.dispatchEvent(new CustomEvent("desk:answered", { detail: entry }));
}

function taken(entry, row) {
  const pk = String(row.comment);
  batches.find((batch) => batch.entry === entry)?.decisions.set(pk, row.decision);
  drop([`explanation-${pk}`, `passage-${pk}`]);
  const card = cards.find(pk);
  if (!card) return;
  saw(card, row.saw);
  const text = fill(became(row), { name: cards.nameOf(card) });
  const back = button(words.undo, fill(words.undoLabel, { name: cards.nameOf(card) }), () => undo(pk));
  // It stays in its queue, with other buttons now.
  if (row.stays) return outcomes.renew(card).then((fresh = card) => outcomes.note(outcomes.clear(fresh), text, back));
  outcomes.mark(card, "done", text, back);
  outcomes.leaveSoon(card);
}

/* Whether it was really refused: the decision may have been made already. */
function refuse(entry, row) {
  const pk = String(row.comment);
  const card = cards.find(pk);
  // The answer to the first try was lost on its way: the decision is made.
  if (entry.kind === "decide" && row.mine && row.status === entry.to && !row.undo) {
    taken(entry, row);
    return false;
  }
  forget(entry, pk);
  if (!card) return true;
  if (entry.kind === "undo") outcomes.note(card, row.words);
  else if (row.kind !== "stale" || !row.saw) outcomes.refused(card, row.words);
  else {
    outcomes.conflict(card, row, entry, (because) =>
      decide(entry.act, [card], { said: { ...entry.said, overrides: row.saw, because } }),
    );
  }
  if (!cards.currentCard()) cards.make(card, { focus: document.activeElement === list });
  return true;
}

/* Put a card back where it stood, as it is now. */
async function takenBack(entry, row) {
  const pk = String(row.comment);
  forget(entry.batch.entry, pk);
  let card = cards.find(pk);
  if (card) {
    outcomes.clear(card);
    saw(card, row.saw);
    if (row.stays) card = (await outcomes.renew(card)) ?? card;
  } else {
    card = await outcomes.fetchCard(pk);
    if (!card) return;
    cards.insert(card, cards.currentCard());
  }
  cards.make(card, { scroll: true });
  cards.place();
}

/* Remove this comment from its batch, so that an undo no longer finds it; an empty batch cannot be undone. */
function forget(entry, pk) {
  const at = batches.findIndex((batch) => batch.entry === entry);
  if (at < 0) return;
  entry.cards = entry.cards.filter((card) => card.pk !== pk);
  if (!entry.cards.length) batches.splice(at, 1);
}

function saw(card, seen) {
  card.dataset.saw = seen;
  const field = card.querySelector(`[name="saw-${card.dataset.card}"]`);
  if (field) field.value = seen;
}

/* The words for a card; a reported comment that stands was "left up". */
const became = (row) => words[row.kept ? "left" : row.stays ? "stays" : row.status];

/* Cards without an answer are sent, as many at a time as one request may name. */
const withCards = (chosen) => ({ cards: chosen, unanswered: [...chosen], refused: [] });
const names = (entry) => entry.cards.map(({ pk }) => pk);
const titleOf = (rows) => (rows.length === 1 ? rows[0].name : fill(words.several, { n: rows.length }));
const labelOf = (act) =>
  document.querySelector(`[name=decide][value^="${act}:"]`)?.textContent.trim() || TO[act] || act;

/* Survives a reload, and a browser that restores its tabs. An undo belongs to this page only. */
function keep() {
  try {
    sessionStorage.setItem(SHELF, JSON.stringify(queue.filter(({ kind }) => kind === "decide")));
  } catch {
    // The page asks before it is closed.
  }
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(SHELF)) ?? [];
  } catch {
    return [];
  }
}
