/* Reporting an error: the passage that a reader marked in the story is already in the form. It travels after the URL's
   #, which is not sent to the server, so the form is the same page for everybody. */

const KEY = "passage=";
// As much as the form accepts.
const LONGEST = 1000;

const link = document.querySelector("[data-report-error]");
const story = document.querySelector(".story");
const field = document.querySelector("#error-form [name=passage]");

if (link && story) {
  const plain = link.href;
  // The last selection counts: a click on the link clears it before the link is followed.
  const takeAlong = () => {
    const marked = textMarkedIn(story);
    if (marked) link.href = `${plain}#${KEY}${encodeURIComponent(marked)}`;
  };
  document.addEventListener("selectionchange", takeAlong);
  // The reader may have been quicker than this script.
  takeAlong();
}

if (field && !field.value && location.hash.startsWith(`#${KEY}`)) {
  field.value = decoded(location.hash.slice(KEY.length + 1));
}

function textMarkedIn(element) {
  const selection = document.getSelection();
  const isInside = selection?.anchorNode && element.contains(selection.anchorNode) && element.contains(selection.focusNode);
  return isInside ? cut(selection.toString().trim()) : "";
}

// By code points, as the server counts: half of a surrogate pair cannot be part of a URL.
function cut(text) {
  return [...text.slice(0, 2 * LONGEST)].slice(0, LONGEST).join("");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
