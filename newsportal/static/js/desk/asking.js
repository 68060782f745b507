/* Requests to the desk's addresses and their answers. Throws if the server cannot be reached or fails. */

import { form, page } from "./page.js";

const GIVE_UP_MS = 15_000;

const token = () => form.elements.csrfmiddlewaretoken;

/* `{status, …}`, or `{signedOut: true}`. */
export async function post(address, fields) {
  const ask = () =>
    fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": token().value },
      body: new URLSearchParams([...fields, ["user", page.dataset.user]]),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
  let answer = await read(await ask());
  // Signing in again in another tab changes the token; a refusal by the desk itself comes with words.
  if (answer.status === 403 && !answer.words && !answer.refused) {
    const renewed = await get(page.dataset.news, { token: 1 });
    if (renewed.signedOut) return renewed;
    if (renewed.csrf) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = renewed.csrf;
    answer = await read(await ask());
  }
  return answer;
}

export async function get(address, query) {
  const response = await fetch(`${address}?${new URLSearchParams(query)}`, {
    redirect: "manual",
    signal: AbortSignal.timeout(GIVE_UP_MS),
  });
  return read(response);
}

/* For a page that is being closed: does not wait for an answer. */
export function leave(address, fields) {
  navigator.sendBeacon(address, new URLSearchParams([...fields, ["csrfmiddlewaretoken", token().value]]));
}

async function read(response) {
  if (response.type === "opaqueredirect") return { signedOut: true };
  if (response.status >= 500 || response.status === 429) throw new Error(`the server answered ${response.status}`);
  const kind = response.headers.get("Content-Type") ?? "";
  if (kind.startsWith("application/json")) return { ...(await response.json()), status: response.status };
  return { status: response.status, html: response.ok ? await response.text() : "" };
}
