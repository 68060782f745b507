/* The form of a comment: a counter that is seen at every key and heard only at thresholds, and no second sending in a second. */

import { countCharacters } from "./count.js";

const SPOKEN_BELOW = [20, 10]; // characters still needed
const MAXIMUM_SHOWN_FROM = 0.8; // of the maximum
const LAST_STRETCH = 0.05; // when what is left is spoken of once more
const QUIET_AFTER = 500; // milliseconds since the last key
const LOOK_EVERY = 1000;
const SECOND_SENDING = 1000;

for (const spoken of document.querySelectorAll("[data-counter]")) {
  const field = document.getElementById(spoken.dataset.counter);
  if (field) startCounter(field, spoken);
}
for (const form of document.querySelectorAll("form[method='post']")) ignoreSecondSending(form);

function startCounter(field, spoken) {
  const shown = spoken.parentElement.querySelector("[data-counter-text]");
  const minimum = Number(spoken.dataset.minimum);
  const maximum = Number(spoken.dataset.maximum);
  const number = new Intl.NumberFormat(document.documentElement.lang || undefined);
  let typedAt = 0;
  let seen = null;
  let heard = null;
  let timer = 0;

  // A text that is too long may be pasted and cut; the browser must not cut it first.
  field.removeAttribute("maxlength");

  function measure() {
    const length = [...field.value].length;
    if (length >= maximum * MAXIMUM_SHOWN_FROM) return { near: "maximum", amount: maximum - length, length };
    return { near: "minimum", amount: minimum - countCharacters(field.value) };
  }

  function show() {
    seen = field.value;
    const state = measure();
    if (state.near === "maximum") shown.textContent = `${number.format(state.length)}/${number.format(maximum)}`;
    else shown.textContent = `${minimum - state.amount}/${minimum}`;
    shown.parentElement.classList.toggle("counter--over", state.near === "maximum" && state.amount < 0);
    shown.parentElement.classList.toggle("counter--enough", state.near === "minimum" && state.amount <= 0);
    return state;
  }

  function say(state) {
    const threshold = thresholdOf(state);
    if (threshold === heard) return;
    heard = threshold;
    spoken.textContent = threshold === null ? "" : wordsFor(state, spoken.dataset, number);
  }

  // The timer also catches what fires no event, such as dictation.
  function look() {
    const state = field.value === seen ? measure() : show();
    if (Date.now() - typedAt >= QUIET_AFTER) say(state);
  }

  field.addEventListener("input", () => {
    typedAt = Date.now();
    show();
  });
  field.addEventListener("focus", () => {
    clearInterval(timer);
    heard = thresholdOf(measure());
    timer = setInterval(look, LOOK_EVERY);
  });
  field.addEventListener("blur", () => clearInterval(timer));
  window.addEventListener("pageshow", show);
  if (field === document.activeElement) timer = setInterval(look, LOOK_EVERY);
  show();
}

/* A name for the threshold that was passed last; null where nothing is to be said. */
function thresholdOf({ near, amount, length }) {
  if (near === "maximum") {
    if (amount < 0) return "over";
    return amount <= length * LAST_STRETCH ? "left-little" : "left";
  }
  if (amount <= 0) return "enough";
  return SPOKEN_BELOW.reduce((name, limit) => (amount <= limit ? `more-${limit}` : name), null);
}

function wordsFor({ near, amount }, words, number) {
  const kind = near === "maximum" ? (amount < 0 ? "over" : "left") : amount <= 0 ? "enough" : "more";
  if (kind === "enough") return words.enough;
  const many = Math.abs(amount);
  return many === 1 ? words[`${kind}One`] : words[kind].replace("#", number.format(many));
}

function ignoreSecondSending(form) {
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < SECOND_SENDING) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}
