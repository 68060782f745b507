/* The page behind a link is fetched when a pointer rests on the link, so that it is there when the link is pressed.
   Only pages that are the same for everybody, each once, and not for readers who save data. */

const RESTS = 80; // milliseconds
const PAGES = "a:is([href^='/articles/'], [href^='/sections/'], [href^='/people/'], [href^='/tags/'], [href='/']):not([rel~='nofollow'])";

const asked = new Set([location.href]);
let timer = 0;

if (document.createElement("link").relList.supports("prefetch") && !navigator.connection?.saveData) {
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(timer);
    const link = pointerType === "mouse" && target.closest(PAGES);
    if (link && !asked.has(link.href)) timer = setTimeout(ask, RESTS, link.href.split("#")[0]);
  });
}

function ask(address) {
  if (asked.has(address)) return;
  asked.add(address);
  const hint = document.createElement("link");
  hint.rel = "prefetch";
  hint.href = address;
  document.head.append(hint);
}
