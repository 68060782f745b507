/* The editor's dialogs: where a link leads, which quote, which picture or which block goes here. */

import { named, quotes } from "./quotes.js";

const ADDRESS = /^(https?:\/\/|mailto:|\/|#)/i;
const TYPED = 250; // milliseconds without a key press before the library is asked

export async function askForLink(editor, note) {
  const present = editor.getAttributes("link");
  const dialog = open("link-dialog-template", editor);
  const form = dialog.querySelector("form");
  form.href.value = present.href || "";
  form.title.value = present.title || "";
  form.querySelector("[value=remove]").hidden = !present.href;
  const answer = await closed(dialog);
  const chain = editor.chain().focus();
  note.textContent = "";
  if (answer === "remove" || (answer === "set" && !form.href.value.trim())) chain.extendMarkRange("link").unsetLink().run();
  else if (answer === "set") setLink(editor, chain, form, note);
  else chain.run();
}

function setLink(editor, chain, form, note) {
  const typed = form.href.value.trim();
  const href = ADDRESS.test(typed) ? typed : /^[\w-]+(\.[\w-]+)+/.test(typed) ? `https://${typed}` : "";
  if (!href) {
    note.textContent = note.dataset.badLink;
    chain.run();
    return;
  }
  const attributes = { href, title: form.title.value.trim() || null };
  if (editor.state.selection.empty && !editor.isActive("link")) {
    chain.insertContent({ type: "text", text: typed, marks: [{ type: "link", attrs: attributes }] }).run();
  } else chain.extendMarkRange("link").setLink(attributes).run();
}

export async function askForQuote(editor) {
  const dialog = open("quote-dialog-template", editor);
  const found = quotes();
  dialog.querySelector("[data-empty]").hidden = found.length > 0;
  dialog.querySelector("[data-list]").append(
    ...found.map((quote, index) => choice(String(index), [quote.words || quote.name, [quote.name, quote.speaker].filter(Boolean).join(", ")])),
  );
  dialog.querySelector("button").focus();
  const answer = await closed(dialog);
  if (answer) insert(editor, "quote", named(found[Number(answer)]));
}

export async function askForBlock(editor) {
  const dialog = open("block-dialog-template", editor);
  dialog.querySelector("button").focus();
  const answer = await closed(dialog);
  if (answer) insert(editor, "block", answer);
}

/* What a block says, in the words of the dialog; empty if there is no such block. */
export function labelOfBlock(name) {
  const offered = document.getElementById("block-dialog-template")?.content.querySelectorAll("button[value]") ?? [];
  return [...offered].find((button) => name && button.value === name)?.firstElementChild.textContent ?? "";
}

export async function askForPicture(editor, library) {
  const dialog = open("picture-dialog-template", editor);
  const words = dialog.querySelector("input");
  const list = dialog.querySelector("[data-list]");
  const status = dialog.querySelector("[data-found]");
  let timer = 0;
  let asked = 0;

  async function look() {
    asked += 1;
    const mine = asked;
    let found = null;
    try {
      found = (await (await fetch(`${library}?q=${encodeURIComponent(words.value)}`)).json()).pictures;
    } catch {
      status.textContent = status.dataset.failed;
    }
    if (mine !== asked || !found) return;
    status.textContent = found.length ? status.dataset.some.replace("%s", found.length) : status.dataset.none;
    list.replaceChildren(...found.map((one) => choice(String(one.id), [one.alt, one.caption, one.credit], one.thumbnail)));
  }

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPED);
  });
  // Enter in the field searches, and must not press the first button.
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    look();
  });
  look();
  const answer = await closed(dialog);
  if (answer) insert(editor, "picture", answer);
}

function insert(editor, kind, name) {
  const { $from } = editor.state.selection;
  const marker = { type: "marker", attrs: { kind, name } };
  // After the cursor's block, or in place of an empty one; followed by a paragraph to go on in.
  const top = $from.depth ? $from.before(1) : $from.pos;
  const after = $from.depth ? $from.after(1) : editor.state.selection.to;
  const empty = $from.depth === 1 && $from.parent.isTextblock && $from.parent.content.size === 0;
  const range = empty ? { from: top, to: after } : after;
  const rest = editor.state.doc.resolve(after).nodeAfter;
  const chain = editor.chain().insertContentAt(range, rest ? marker : [marker, { type: "paragraph" }]);
  const next = (empty ? top : after) + 2;
  chain.setTextSelection(next).focus().run();
}

function choice(value, lines, picture = "") {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.value = value;
  button.className = "dialog__choice";
  if (picture) {
    const image = document.createElement("img");
    Object.assign(image, { src: picture, alt: "", width: 120, height: 80, loading: "lazy" });
    button.append(image);
  }
  for (const line of lines.filter(Boolean)) {
    const words = document.createElement("span");
    words.textContent = line;
    words.dir = "auto";
    button.append(words);
  }
  item.append(button);
  return item;
}

/* A dialog in front of the text. A field in it takes the caret away, and the browser gives the focus back with the
 * caret at the beginning, before it fires the close event: so the caret is put back as soon as the text has the focus,
 * and no key pressed meanwhile goes astray. */
function open(template, editor) {
  const dialog = document.getElementById(template).content.firstElementChild.cloneNode(true);
  editor.view.dom.addEventListener("focus", () => editor.view.focus(), { once: true });
  dialog.addEventListener("close", () => {
    dialog.remove();
    editor.view.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/* The value of the button that closed it; empty for Escape. */
function closed(dialog) {
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue));
  });
}
