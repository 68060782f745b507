/* "Reply" opens the form under the comment: the form that the link leads to, fetched when the link is pressed. */

import { setApart } from "./sending.js";

/* Returns whether the form is there; `begin` brings it to life. */
export async function openReply(link, begin) {
  const comment = link.closest(".comment");
  const place = comment.querySelector(":scope > .reply") ?? (await made(link, comment, begin));
  if (!place) return false;
  place.hidden = false;
  const fields = [...place.querySelectorAll("[name=name], textarea, .state")];
  (fields.find((field) => !field.value) ?? fields.at(-1)).focus();
  return true;
}

async function made(link, comment, begin) {
  const response = await fetch(link.href);
  const form = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("comment-form");
  if (!form) return null;
  const suffix = `-${comment.id}`;
  setApart(form, suffix);
  const place = document.createElement("section");
  place.className = "reply";
  place.setAttribute("aria-label", link.textContent.trim());
  place.append(form);
  comment.append(place);
  begin(form, suffix);
  place.addEventListener("keydown", ({ key }) => key === "Escape" && close(place, link));
  place.addEventListener("click", ({ target }) => target.closest("[data-cancel]") && close(place, link));
  return place;
}

/* What was typed stays in the form, and is kept. */
function close(place, link) {
  place.hidden = true;
  link.focus();
}
