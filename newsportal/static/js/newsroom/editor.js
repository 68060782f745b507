/* The text of a story or of a page about the paper: an editor over the plain text area, which stays the field that is
 * sent. What is written here is in the text area at once, with an `input` event; what another script writes into the
 * text area is shown here. */

import { Editor } from "../../django_prose_editor/editor.js";
import { askForBlock, askForLink, askForPicture, askForQuote } from "./editor-dialogs.js";
import { cleanPasted } from "./editor-paste.js";
import { extensions } from "./editor-schema.js";
import { startToolbar } from "./editor-toolbar.js";
import { tidy } from "./editor-html.js";

for (const field of document.querySelectorAll("textarea[data-rich-text]")) startEditor(field);

function startEditor(field) {
  // Far too long: the plain text area is quicker, and the server says what is wrong.
  if (field.value.length > Number(field.dataset.longest)) return;
  const frame = document.getElementById("editor-template").content.firstElementChild.cloneNode(true);
  const place = frame.querySelector(".editor__text");
  const note = frame.querySelector(".editor__note");
  let writing = false;
  let asHtml = false;

  const commands = {
    heading: { run: (chain) => chain.toggleHeading({ level: 2 }), active: ["heading", { level: 2 }] },
    subheading: { run: (chain) => chain.toggleHeading({ level: 3 }), active: ["heading", { level: 3 }] },
    bold: { run: (chain) => chain.toggleBold(), active: ["bold"] },
    italic: { run: (chain) => chain.toggleItalic(), active: ["italic"] },
    bullets: { run: (chain) => chain.toggleBulletList(), active: ["bulletList"] },
    numbers: { run: (chain) => chain.toggleOrderedList(), active: ["orderedList"] },
    quotation: { run: (chain) => chain.toggleBlockquote(), active: ["blockquote"] },
    rule: { run: (chain) => chain.setHorizontalRule() },
    undo: { run: (chain) => chain.undo() },
    redo: { run: (chain) => chain.redo() },
    link: { ask: () => askForLink(editor, note), active: ["link"] },
    quote: { ask: () => askForQuote(editor) },
    picture: { ask: () => askForPicture(editor, field.dataset.library) },
    block: { ask: () => askForBlock(editor) },
  };

  function press(name) {
    if (name === "html") return showHtml(!asHtml);
    const { run, ask } = commands[name];
    if (ask) ask();
    else run(editor.chain().focus()).run();
    return true;
  }

  // Without TipTap's own styles: the site's policy forbids them, and staff.css has what the text needs.
  const editor = new Editor({
    element: place,
    injectCSS: false,
    extensions: extensions({ press, toToolbar: () => toolbar.focus(), library: field.dataset.library }),
    content: field.value,
    editorProps: {
      attributes: {
        id: `${field.id}_text`,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": place.dataset.label,
        "aria-description": place.dataset.help,
        "aria-describedby": `${field.id}_helptext`,
        dir: "auto",
      },
      transformPastedHTML: (html) => {
        const { html: clean, pictures } = cleanPasted(html);
        note.textContent = pictures ? note.dataset.droppedPictures : "";
        return clean;
      },
      handlePaste: (_view, event) => {
        const onlyFiles = event.clipboardData.files.length && !event.clipboardData.types.includes("text/html");
        if (onlyFiles) note.textContent = note.dataset.droppedPictures;
        return Boolean(onlyFiles);
      },
    },
    onUpdate: write,
    onTransaction: () => toolbar?.update(),
  });

  field.before(frame);
  frame.append(field);
  field.classList.add("editor__html");
  hideField(true);
  const toolbar = startToolbar(frame.querySelector("[role=toolbar]"), { editor, commands, press, isHtml: () => asHtml });
  frame.querySelector("[role=toolbar]").setAttribute("aria-controls", `${field.id}_text`);
  document.querySelector(`label[for="${field.id}"]`)?.addEventListener("click", (event) => {
    event.preventDefault();
    if (asHtml) field.focus();
    else editor.commands.focus();
  });
  field.addEventListener("input", () => {
    if (!writing && !asHtml) read();
  });

  function write() {
    field.value = tidy(editor.getHTML());
    writing = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    writing = false;
  }

  function read() {
    if (field.value !== tidy(editor.getHTML())) editor.commands.setContent(field.value, { emitUpdate: false });
  }

  function showHtml(shown) {
    asHtml = shown;
    frame.classList.toggle("editor--html", shown);
    hideField(!shown);
    if (!shown) read();
    toolbar.update();
    if (shown) field.focus();
    else editor.commands.focus();
  }

  function hideField(hidden) {
    field.classList.toggle("visually-hidden", hidden);
    field.toggleAttribute("aria-hidden", false);
    if (hidden) field.setAttribute("aria-hidden", "true");
    field.tabIndex = hidden ? -1 : 0;
  }
}
