/* Writing a comment. A reader who only reads loads no more than this: the rest loads when somebody writes or answers,
   or has written here before. Until it has loaded, or if it does not, forms and links work as they do without it. */

const FORMS = "form[method='post']";
const REPLIES = ".comment a[href*='/comments/new/?parent=']";
const KEPT = "comment"; // prefix of the names under which this browser keeps text

const writing = () => import("./writing.js");

if (isExpected()) writing();
else document.addEventListener("focusin", ({ target }) => target.closest(FORMS) && writing());

document.addEventListener("click", async (event) => {
  const link = event.target.closest(REPLIES);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const isOpen = await writing().then(({ reply }) => reply(link)).catch(() => false);
  if (!isOpen) location.href = link.href;
});

function isExpected() {
  if (document.querySelector("[data-taken], .error-summary, .advice") || document.activeElement.closest(FORMS)) return true;
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(KEPT));
  } catch {
    return false;
  }
}
