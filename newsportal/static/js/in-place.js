/* A button beside the story (`<form data-in-place="previews">`) acts without leaving the page, because the story may
   hold unsaved words. The section as the server then shows it replaces the old one. */

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const name = form.dataset.inPlace;
  if (!name) return;
  event.preventDefault();
  const section = await answer(form, name).catch(() => null);
  // Without an answer, do as without a script: load the whole page.
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
