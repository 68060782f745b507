/* Words that are typed at the desk (`data-keep="explanation-17"`) are kept in this tab, in case the session has ended
   before they are sent. They come back into the field that is empty, and are dropped when the desk says that it has
   done what they were sent for. */

const prefix = "desk:";
const SENT = `${prefix}sent`;
const fields = () => document.querySelectorAll("[data-keep]");

forgetWhatWasDone();
bringBack();
document.addEventListener("input", (event) => {
  const name = event.target.dataset?.keep;
  if (name) keep(name, event.target.value);
});
document.addEventListener("submit", (event) => {
  const names = [...event.target.querySelectorAll("[data-keep]")].map((field) => field.dataset.keep);
  sessionStorage.setItem(SENT, JSON.stringify(names));
});

function keep(name, words) {
  if (words) sessionStorage.setItem(prefix + name, words);
  else sessionStorage.removeItem(prefix + name);
}

function forgetWhatWasDone() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  if (document.querySelector(".messagelist .success")) sent.forEach((name) => keep(name, ""));
  sessionStorage.removeItem(SENT);
}

function bringBack() {
  for (const field of fields()) {
    const words = sessionStorage.getItem(prefix + field.dataset.keep);
    if (!words || field.value) continue;
    field.value = words;
    field.closest("details")?.setAttribute("open", "");
  }
}
