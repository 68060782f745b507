/* Shows what was typed for a conversation that has since closed, or for a comment that can no longer be changed
   (`data-left-of`), with the day until which this browser keeps it, so that it can be copied. */

import { discard, leftOf } from "./draft.js";

export function showLeft(box) {
  const left = leftOf(box.dataset.leftOf || location.pathname, Number(box.dataset.keptDays));
  for (const one of left) box.append(shown(box, one));
  box.hidden = left.length === 0;
}

function shown(box, { key, text, until }) {
  const part = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [copy, drop] = part.querySelectorAll("button");
  const time = part.querySelector("time");
  time.dateTime = new Date(until).toISOString();
  time.textContent = new Date(until).toLocaleDateString(language(), { dateStyle: "long" });
  part.querySelector("blockquote").textContent = text;
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    const status = part.querySelector("[role=status]");
    status.textContent = await navigator.clipboard.writeText(text).then(
      () => copy.dataset.copied,
      () => copy.dataset.failed,
    );
  });
  drop.addEventListener("click", () => {
    discard(key);
    part.remove();
    box.hidden = !box.querySelector(":scope > :not(h2, template)");
  });
  return part;
}

/* The locale for plain English puts the day after the month; this site's dates put it before. */
function language() {
  const { lang } = document.documentElement;
  return lang === "en" ? "en-GB" : lang;
}
