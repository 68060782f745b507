/* A story's page saves itself: on the server within five seconds, and in this browser at once. It says in words how
   that goes, and who else has the story open. */

const LOOK_MS = 500;
// A change waits at most this long before it is sent, ...
const SEND_EVERY_MS = 3_000;
// ... and a page without changes reports this often that it is open.
const BEAT_EVERY_MS = 10_000;
const RETRY_MS = 4_000;
const GIVE_UP_MS = 15_000;
// A request that outlives its page may have at most 64 kB (Fetch, section 4.6); the rest is for the other fields.
const KEEPALIVE_BYTES = 60_000;
const COPY_DAYS = 30;
const DAY_MS = 86_400_000;

const form = document.getElementById("article_form");
const box = document.getElementById("autosave");
if (form && box) start();

function start() {
  const own = /^(csrfmiddlewaretoken$|unsaved-page$|unsaved-took$|choose-|_)/u;
  const shelf = `unsaved:${box.dataset.user}:${box.dataset.story}:`;
  const page = form.elements["unsaved-page"].value;
  const key = shelf + page;
  const state = box.querySelector("[data-state]");
  const told = box.querySelector("[data-told]");
  const newer = box.querySelector("[data-newer]");
  const list = box.querySelector("[data-colleagues]");

  let last = typed();
  // The form as it was opened is not a change; a form that came back unsaved is.
  let kept = form.querySelector(".errornote, .errorlist") ? null : last;
  let sending = null;
  let nextSend = 0;
  let nextBeat = 0;
  let leaving = false;
  let colleagues = "";
  let touched = false;

  say("unchanged");
  offerCopies();
  setInterval(look, LOOK_MS);
  for (const event of ["keydown", "pointerdown", "input", "paste", "drop"]) {
    document.addEventListener(event, ({ isTrusted }) => (touched ||= isTrusted), { capture: true });
  }
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("submit", () => {
    look();
    leaving = true;
    sending?.abort();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("online", () => {
    nextSend = 0;
    look();
  });
  for (const event of ["visibilitychange", "pagehide"]) {
    (event === "pagehide" ? window : document).addEventListener(event, () => {
      look();
      if (!leaving && document.visibilityState === "hidden" && last !== kept) send(true);
    });
  }

  function typed() {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !own.test(name)) (fields[name] ??= []).push(value);
    }
    return JSON.stringify(fields);
  }

  /* Whether something was typed, and whether it is time to send it. The text's editor and the admin's lists change
     their fields without an event, so the form is polled. */
  function look() {
    if (leaving) return;
    const now = typed();
    // Changes by the page's own scripts before anybody touches the form are nobody's text.
    if (!touched && last === kept) last = kept = now;
    if (now !== last) {
      last = now;
      if (last !== kept) {
        copy();
        if (!box.classList.contains("autosave--not-saved")) say("pending");
      }
    }
    if (sending) return;
    if (last !== kept && Date.now() >= nextSend) send(false);
    else if (Date.now() >= nextBeat && Date.now() >= nextSend) send(false, true);
  }

  function copy() {
    const text = { at: Date.now(), basedOn: basedOn(), took: form.elements["unsaved-took"].value, fields: last };
    try {
      localStorage.setItem(key, JSON.stringify(text));
    } catch {
      say("nowhere");
    }
  }

  function basedOn() {
    return Number(form.elements.seen_version?.value) || 0;
  }

  async function send(hiding, beatOnly = false) {
    const text = last;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), GIVE_UP_MS);
    sending = stop;
    nextSend = Date.now() + SEND_EVERY_MS;
    nextBeat = Date.now() + BEAT_EVERY_MS;
    try {
      const fields = beatOnly ? null : JSON.parse(text);
      const answer = await post(page, form.elements["unsaved-took"].value, basedOn(), fields, stop.signal, hiding);
      if (answer.signedOut) say("signedOut");
      else if (answer.status !== 200) say(answer.status === 413 ? "tooLarge" : "refused", answer.words);
      else {
        meet(answer.colleagues);
        newer.textContent = answer.newer;
        if (!beatOnly) {
          kept = text;
          if (last === kept) {
            localStorage.removeItem(key);
            say("saved", "", answer.saved);
          } else say("pending");
        } else if (last === kept && box.classList.contains("autosave--not-saved")) say("unchanged");
        return;
      }
      nextSend = Date.now() + RETRY_MS;
    } catch {
      if (leaving) return;
      nextSend = Date.now() + RETRY_MS;
      say("away");
    } finally {
      clearTimeout(timer);
      if (sending === stop) sending = null;
    }
  }

  /* The server's answer: `{status, …}`, or `{signedOut: true}`. Throws if the server cannot be reached. */
  async function post(token, took, based, fields, signal, hiding = false) {
    const body = JSON.stringify({ page: token, took, based_on: based, fields });
    const keepalive = hiding && new TextEncoder().encode(body).length < KEEPALIVE_BYTES;
    const ask = () =>
      fetch(box.dataset.address, {
        method: "POST",
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        body,
        keepalive,
        signal,
      });
    let response = await ask();
    // Signing in in another window changes the token; the form must be sent with the new one, too.
    if (response.status === 403 && (await renew(signal))) response = await ask();
    return read(response);
  }

  async function renew(signal) {
    const answer = await read(await fetch(box.dataset.address, { redirect: "manual", signal }));
    const before = form.elements.csrfmiddlewaretoken.value;
    if (answer.csrf) {
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.csrf;
    }
    return Boolean(answer.csrf) && answer.csrf !== before;
  }

  async function read(response) {
    if (response.type === "opaqueredirect") return { signedOut: true };
    if (response.status >= 500) throw new Error("the server is not well");
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(isJson ? await response.json() : {}), status: response.status };
  }

  function say(what, words = "", when = "") {
    const text = words || box.dataset[what].replace("%s", when);
    const isWell = ["saved", "unchanged", "pending"].includes(what);
    const kind = isWell ? "well" : words || what;
    state.textContent = text;
    box.classList.toggle("autosave--not-saved", !isWell);
    // Announced when it begins and when it ends, not every four seconds.
    if (box.dataset.kind !== kind) {
      const first = box.dataset.kind === undefined;
      box.dataset.kind = kind;
      if (!first) told.textContent = text;
    }
  }

  function meet(present) {
    list.replaceChildren(
      ...present.map(({ words }) => {
        const item = document.createElement("li");
        item.textContent = words;
        return item;
      }),
    );
    const names = present.map(({ name }) => name).join(", ");
    if (names !== colleagues) told.textContent = present.map(({ words }) => words).join(" ") || box.dataset.alone;
    colleagues = names;
  }

  /* --- What this browser kept of a page that ended --------------------------------------------------------------- */

  function copies() {
    const found = [];
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(shelf) && one !== key)) {
      try {
        const text = JSON.parse(localStorage.getItem(name));
        if (Date.now() - text.at < COPY_DAYS * DAY_MS) found.push({ ...text, page: name.slice(shelf.length) });
        else localStorage.removeItem(name);
      } catch {
        localStorage.removeItem(name);
      }
    }
    return found.sort((one, other) => other.at - one.at);
  }

  async function offerCopies() {
    let saved = [];
    try {
      const pages = copies().map((one) => one.page);
      if (!pages.length) return;
      const answer = await read(await fetch(`${box.dataset.address}?pages=${pages}`, { redirect: "manual" }));
      saved = answer.saved ?? [];
    } catch {
      // The server is away: this browser's copy is offered all the same.
    }
    for (const { page: ended, fields } of copies()) {
      if (saved.includes(ended) || fields === last) localStorage.removeItem(shelf + ended);
    }
    const [newest] = copies();
    if (newest) offer(newest);
  }

  function offer(text) {
    const section = document.getElementById("unsaved-here");
    const slot = document.getElementById("unsaved-kept");
    // The server's text is an older version from the same page.
    if (slot?.dataset.page === text.page) slot.hidden = true;
    const line = section.querySelector("[data-from]");
    line.textContent = line.dataset.from.replace("%s", `${new Date(text.at).toISOString().slice(11, 19)} UTC`);
    section.querySelector("[data-take]").addEventListener("click", () => take(text));
    section.querySelector("[data-discard]").addEventListener("click", () => {
      localStorage.removeItem(shelf + text.page);
      section.hidden = true;
      if (slot) slot.hidden = false;
    });
    section.hidden = false;
  }

  /* Through the server, which applies it to the story as it is now. */
  async function take(text) {
    try {
      const answer = await post(page, text.page, text.basedOn, JSON.parse(text.fields), undefined);
      if (answer.signedOut) return say("signedOut");
      if (answer.status !== 200) return say(answer.status === 413 ? "tooLarge" : "refused", answer.words);
      localStorage.removeItem(shelf + text.page);
      leaving = true;
      location.assign("?unsaved=take");
    } catch {
      say("away");
    }
  }
}
