/* The list of keys, and the switch for people who dictate or press keys by accident (WCAG 2.1.4). */

import { page, say, words } from "./page.js";

const KEPT = "desk:single-keys";
const dialog = page.querySelector("[data-help]");
const control = page.querySelector("[data-keys-switch]");

export function start() {
  // In the admin only a picture names it.
  document.getElementById("searchbar")?.setAttribute("aria-label", words.search);
  control.checked = !isOff();
  show();
  control.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, control.checked ? "on" : "off");
    } catch {
      // Then it applies to this page only.
    }
    show();
    say(words[control.checked ? "keysOn" : "keysOff"]);
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}

export const open = () => dialog.showModal();
export const keysAreOn = () => control.checked;

function show() {
  document.body.classList.toggle("desk--keys-off", !control.checked);
  for (const key of page.querySelectorAll("[data-do]")) {
    key.dataset.key ??= key.getAttribute("aria-keyshortcuts");
    if (control.checked) key.setAttribute("aria-keyshortcuts", key.dataset.key);
    else key.removeAttribute("aria-keyshortcuts");
  }
}

function isOff() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
}
