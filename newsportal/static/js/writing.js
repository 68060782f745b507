/* Everything that helps to write a comment, one module for each behaviour. */

import { startCounter } from "./counter.js";
import { dropWhatWasTaken, keepDraft } from "./draft.js";
import { showLeft } from "./left-here.js";
import { openReply } from "./replying.js";
import { sendInPlace } from "./sending.js";

const SECOND_SENDING = 1000; // milliseconds

const taken = document.querySelector("[data-taken]");
if (taken) dropWhatWasTaken(taken);
for (const box of document.querySelectorAll("[data-left-of]")) showLeft(box);
for (const form of document.querySelectorAll("form[method='post']")) begin(form);

/* Open the form of an answer under its comment; false where there is none. */
export function reply(link) {
  return openReply(link, begin);
}

function begin(form, suffix) {
  if ("keptDays" in form.dataset) keepDraft(form);
  startCounter(form);
  if (form.querySelector("[data-sending]")) sendInPlace(form, begin, suffix);
  else ignoreSecondSending(form);
}

function ignoreSecondSending(form) {
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < SECOND_SENDING) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}
