/* Several pictures dropped on the library at once: a row for each, sent with its own words when the editor says so. */

import { beginFocus } from "./focus.js";

const drop = document.getElementById("drop");
let isSignedOut = false;
if (drop) begin();

function begin() {
  const zone = drop.querySelector("[data-drop-zone]");
  const chooser = drop.querySelector("[data-drop-files]");
  const all = drop.querySelector("[data-drop-all]");
  drop.hidden = false;

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("drop__zone--over");
    });
  }
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("drop__zone--over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("drop__zone--over");
    take(event.dataTransfer.files);
  });
  // A file dropped beside the zone must not replace the page, and with it the words of the other rows.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  chooser.addEventListener("change", () => {
    take(chooser.files);
    chooser.value = "";
  });
  all.querySelector("button").addEventListener("click", async () => {
    for (const row of openRows()) await send(row);
  });
  window.addEventListener("beforeunload", (event) => {
    if (openRows().length) event.preventDefault();
  });
}

function openRows() {
  return [...drop.querySelectorAll(".drop__row")];
}

function take(files) {
  const made = [...files].map(makeRow);
  made[0]?.elements.alt.focus();
  offerAll();
}

function makeRow(file) {
  const fragment = drop.querySelector("[data-drop-row]").content.cloneNode(true);
  const row = fragment.querySelector("form");
  row.file = file;
  row.querySelector("[data-row-name]").textContent = file.name;
  row.querySelector("[data-row-drop]").addEventListener("click", () => {
    row.remove();
    offerAll();
  });
  row.addEventListener("submit", (event) => {
    event.preventDefault();
    send(row);
  });
  drop.querySelector("[data-drop-rows]").append(fragment);
  const wrong = wrongWith(file);
  if (wrong) {
    row.querySelector('[data-row-field="ppoi"]').hidden = true;
    tell(row, { file: [wrong] });
  } else {
    beginFocus(row.querySelector("[data-focus]")).show(file);
  }
  return row;
}

/* Errors that can be found without sending; the server checks everything again. */
function wrongWith(file) {
  if (file.size > Number(drop.dataset.bytes)) return drop.dataset.tooLarge;
  const types = drop.dataset.types.split(",");
  return file.type && !types.includes(file.type) ? drop.dataset.wrongType : "";
}

async function send(row) {
  const button = row.querySelector("[type=submit]");
  if (button.disabled) return;
  const wrong = wrongWith(row.file);
  if (wrong) {
    tell(row, { file: [wrong] });
    return;
  }
  const data = new FormData(row);
  data.set("file", row.file);
  button.disabled = true;
  say(`${drop.dataset.sending} ${row.file.name}`);
  try {
    const token = await presentToken();
    const answer = await fetch(drop.dataset.address, {
      method: "POST",
      body: data,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    await hear(row, answer);
  } catch {
    tell(row, { file: [drop.dataset.failed] });
  } finally {
    button.disabled = false;
  }
}

/* Signing in again changes the token, and this page still has the old one. */
async function presentToken() {
  const token = drop.querySelector("[name=csrfmiddlewaretoken]");
  if (isSignedOut) {
    const page = await (await fetch(window.location.pathname)).text();
    const other = new DOMParser().parseFromString(page, "text/html").querySelector("#drop [name=csrfmiddlewaretoken]");
    token.value = other?.value ?? token.value;
  }
  return token.value;
}

async function hear(row, answer) {
  isSignedOut = answer.redirected || answer.status === 403;
  if (answer.status === 201) {
    replace(row, await answer.json());
  } else if (answer.status === 422 || answer.status === 503) {
    tell(row, (await answer.json()).errors);
  } else {
    const words = answer.status === 413 ? drop.dataset.tooLarge : drop.dataset.failed;
    tell(row, { file: [isSignedOut ? drop.dataset.signedOut : words] });
  }
}

function replace(row, picture) {
  const added = document.createElement("p");
  added.className = "drop__added";
  const image = document.createElement("img");
  image.src = picture.thumbnail;
  image.alt = "";
  const link = document.createElement("a");
  link.href = picture.url;
  link.textContent = picture.words;
  added.append(image, `${drop.dataset.added}: `, link);
  row.replaceWith(added);
  say(`${drop.dataset.added}: ${picture.words}`);
  offerAll();
}

/* Each complaint beside its field, in words; what was typed stays. */
function tell(row, errors) {
  for (const old of row.querySelectorAll(".drop__error")) old.remove();
  for (const input of row.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  let first = null;
  for (const [name, words] of Object.entries(errors)) {
    const place = row.querySelector(`[data-row-field="${name}"]`) ?? row.querySelector('[data-row-field="file"]');
    const error = document.createElement("strong");
    error.className = "drop__error";
    error.textContent = words.join(" ");
    place.prepend(error);
    const input = place.querySelector("textarea, input");
    input?.setAttribute("aria-invalid", "true");
    first ??= input;
  }
  say(Object.values(errors).flat().join(" "));
  first?.focus();
}

function say(words) {
  drop.querySelector("[data-drop-status]").textContent = words;
}

function offerAll() {
  drop.querySelector("[data-drop-all]").hidden = openRows().length < 2;
}
