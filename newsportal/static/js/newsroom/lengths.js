/* How long a field is and should be, and how long the story takes to read, while one writes; announced when a limit is
   crossed. */

const spoken = document.getElementById("length-status");
const number = new Intl.NumberFormat(document.documentElement.lang || undefined);
const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const QUIET = 1000; // milliseconds since the last key before anything is announced
let timer = 0;

for (const field of document.querySelectorAll("[data-length]")) countField(field);
for (const field of document.querySelectorAll("[data-words-a-minute]")) countReading(field);

function countField(field) {
  const shown = below(field, "length-template");
  const most = Number(field.dataset.length);
  let over = null;

  function show() {
    const length = [...characters.segment(field.value.trim())].length;
    const tooLong = field.name.startsWith("seo_") ? shown.dataset.cut : shown.dataset.long;
    const words = length > most ? tooLong : shown.dataset.fits;
    shown.textContent = words.replace("%s", number.format(length)).replace("%m", number.format(most));
    shown.classList.toggle("length--over", length > most);
    if (over !== null && over !== length > most) say(shown.textContent);
    over = length > most;
  }

  field.addEventListener("input", show);
  show();
}

/* As articles/freezing.py counts: the words of the summary and of the body, without tags and markers. */
function countReading(field) {
  const shown = below(field, "reading-template");
  const summary = document.getElementById("id_summary");
  const aMinute = Number(field.dataset.wordsAMinute);

  function show() {
    const text = `${summary?.value ?? ""} ${textOf(field.value)}`;
    const words = text.split(/\s+/).filter(Boolean).length;
    const minutes = Math.max(1, Math.ceil(words / aMinute));
    shown.textContent = shown.dataset.one.replace("%s", number.format(minutes)).replace("%w", number.format(words));
  }

  field.addEventListener("input", show);
  summary?.addEventListener("input", show);
  show();
}

function textOf(html) {
  const bare = html.replace(/\[\[(?:quote|picture|block) [-\w]{1,40}\]\]/g, " ").replace(/<[^>]*>/g, " ");
  return new DOMParser().parseFromString(bare, "text/html").body.textContent;
}

function below(field, template) {
  const shown = document.getElementById(template).content.firstElementChild.cloneNode(true);
  (field.closest(".form-row") || field.parentElement).append(shown);
  return shown;
}

function say(words) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    spoken.textContent = words;
  }, QUIET);
}
