/* Two buttons that need a script: copy a link, and open the system's own sheet for sharing. Hidden until they are known
   to work. */

const MESSAGE_STANDS = 3000;

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
    reveal(button);
  }
}
for (const button of document.querySelectorAll("[data-share]")) {
  const what = { title: button.dataset.shareTitle, url: button.dataset.share };
  if (!navigator.canShare?.(what)) continue;
  // Closing the sheet is not an error, and there is nothing to say about it.
  button.addEventListener("click", () => navigator.share(what).catch(() => {}));
  reveal(button);
}

async function copy(button) {
  const status = document.getElementById(button.dataset.status);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    status.textContent = button.dataset.copied;
  } catch {
    status.textContent = button.dataset.failed;
  }
  setTimeout(() => (status.textContent = ""), MESSAGE_STANDS);
}

function reveal(button) {
  button.parentElement.hidden = false;
}
