/* Words that are typed at the desk (`data-keep="explanation-17"`) are kept in this tab, in case the session has ended
   before they are sent. They come back into the field that is empty, and are dropped when the desk says that it has
   done what they were sent for. The names of those that it just did are `done`. The desk's list keeps what is typed on
   it by itself (`desk/typed.js`), and is where one comes after a decision on another page. */

const prefix = "desk:";
const SENT = `${prefix}sent`;
const fields = () => document.querySelectorAll("[data-keep]");

export const done = forgetWhatWasDone();
if (!document.getElementById("desk-loop")) start();

function start() {
  bringBack();
  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.keep;
    if (name) keep(name, event.target.value);
  });
  document.addEventListener("submit", (event) => {
    const names = [...event.target.querySelectorAll("[data-keep]")].map((field) => field.dataset.keep);
    sessionStorage.setItem(SENT, JSON.stringify(names));
  });
}

export function keep(name, words) {
  if (words) sessionStorage.setItem(prefix + name, words);
  else sessionStorage.removeItem(prefix + name);
}

function forgetWhatWasDone() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  sessionStorage.removeItem(SENT);
  if (!document.querySelector(".messagelist .success")) return [];
  sent.forEach((name) => keep(name, ""));
  return sent;
}

function bringBack() {
  for (const field of fields()) {
    const words = sessionStorage.getItem(prefix + field.dataset.keep);
    if (!words || field.value) continue;
    field.value = words;
    field.closest("details")?.setAttribute("open", "");
  }
}
