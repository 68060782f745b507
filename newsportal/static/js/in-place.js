/* A button beside the story (`<form data-in-place="previews">`) acts without leaving the page, for the story may hold
   words that are not saved. What the server shows of that section then takes its place. */

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const name = form.dataset.inPlace;
  if (!name) return;
  event.preventDefault();
  const section = await answer(form, name).catch(() => null);
  // Without an answer, as without a script: the page is asked for whole.
  if (!section) return form.submit();
  document.getElementById(name).replaceWith(section);
  section.tabIndex = -1;
  section.focus();
});

async function answer(form, name) {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(name);
}
