/* The form's quotes, saved or not, as they are in its fields. */

export function quotes() {
  return [...document.querySelectorAll("[name^='quotes-'][name$='-words']")]
    .filter((field) => !field.name.includes("__prefix__"))
    .map(read)
    .filter((quote) => !quote.removed && (quote.words || quote.name));
}

function read(words) {
  const of = (part) => document.querySelector(`[name="${words.name.replace(/words$/, part)}"]`);
  return {
    field: of("marker"),
    name: of("marker").value.trim(),
    words: words.value.trim(),
    speaker: of("speaker").value.trim(),
    removed: Boolean(of("DELETE")?.checked),
  };
}

/* The name of a quote; a quote without one gets one made from its speaker's. */
export function named(quote) {
  if (quote.name) return quote.name;
  const taken = new Set(quotes().map((one) => one.name));
  const ascii = quote.speaker.normalize("NFKD").replace(/[^\w\s-]/g, "").trim().toLowerCase();
  const base = (ascii.split(/[\s_]+/).pop() || "quote").slice(0, 30);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  quote.field.value = name;
  quote.field.dispatchEvent(new Event("input", { bubbles: true }));
  return name;
}
