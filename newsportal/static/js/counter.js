/* The counter of a comment's form: updated at every key, announced only at thresholds. */

import { countCharacters } from "./count.js";

const SPOKEN_BELOW = [25, 10]; // characters still needed
const MAXIMUM_SHOWN_FROM = 0.8; // of the maximum
const LAST_STRETCH = 0.05; // when the rest is announced once more
const QUIET_AFTER = 500; // milliseconds since the last key
const LOOK_EVERY = 1000;

const language = document.documentElement.lang || undefined;
const number = new Intl.NumberFormat(language);
const plurals = new Intl.PluralRules(language);

export function startCounter(form) {
  const spoken = form.querySelector("[data-counter]");
  const field = form.elements.body;
  if (!spoken || !field) return;
  const shown = spoken.parentElement.querySelector("[data-counter-text]");
  const minimum = Number(spoken.dataset.minimum);
  const maximum = Number(spoken.dataset.maximum);
  let typedAt = 0;
  let seen = null;
  let heard = null;
  let timer = 0;

  // A text that is too long may be pasted and then shortened; the browser must not cut it first.
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
    else shown.textContent = `${number.format(minimum - state.amount)}/${number.format(minimum)}`;
    shown.parentElement.classList.toggle("counter--over", state.near === "maximum" && state.amount < 0);
    shown.parentElement.classList.toggle("counter--enough", state.near === "minimum" && state.amount <= 0);
    return state;
  }

  function say(state) {
    const threshold = thresholdOf(state);
    if (threshold === heard) return;
    heard = threshold;
    spoken.textContent = threshold === null ? "" : wordsFor(state, spoken.dataset);
  }

  // The timer also catches input that fires no event, such as dictation.
  function look() {
    if (!field.isConnected) return clearInterval(timer);
    const state = field.value === seen ? measure() : show();
    if (Date.now() - typedAt >= QUIET_AFTER) say(state);
  }

  function listen() {
    clearInterval(timer);
    timer = setInterval(look, LOOK_EVERY);
  }

  field.addEventListener("input", () => {
    typedAt = Date.now();
    show();
  });
  field.addEventListener("focus", () => {
    heard = thresholdOf(measure());
    listen();
  });
  field.addEventListener("blur", () => clearInterval(timer));
  window.addEventListener("pageshow", show);
  if (field === document.activeElement) listen();
  show();
}

/* A name for the threshold that was passed last; null if there is nothing to announce. */
function thresholdOf({ near, amount, length }) {
  if (near === "maximum") {
    if (amount < 0) return "over";
    return amount <= length * LAST_STRETCH ? "left-little" : "left";
  }
  if (amount <= 0) return "enough";
  return SPOKEN_BELOW.reduce((name, limit) => (amount <= limit ? `more-${limit}` : name), null);
}

function wordsFor({ near, amount }, words) {
  if (near === "minimum" && amount <= 0) return words.enough;
  const kind = near === "minimum" ? "more" : amount < 0 ? "over" : "left";
  const many = Math.abs(amount);
  // The sentence of a number that takes the same plural form in the page's language.
  const sentences = Object.entries(JSON.parse(words[kind]));
  const [, sentence] = sentences.find(([like]) => plurals.select(Number(like)) === plurals.select(many)) ?? sentences.at(-1);
  return sentence.replace("#", number.format(many));
}
