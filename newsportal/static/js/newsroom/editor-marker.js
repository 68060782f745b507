/* The place of a quote, of a picture or, in pages about the paper, of a block that the portal writes itself: in the
 * HTML a paragraph `[[quote name]]`, in the editor a block that says what stands there. */

import { Node } from "../../django_prose_editor/editor.js";
import { labelOfBlock } from "./editor-dialogs.js";
import { pictureOf } from "./library.js";
import { quotes } from "./quotes.js";

const MARKER = /^\s*\[\[(quote|picture|block) ([-\w]{1,40})\]\]\s*$/;
const shown = new Set();

document.addEventListener("input", (event) => {
  if (event.target.name?.startsWith("quotes-")) for (const update of shown) update();
});

export function markerNode(library) {
  return Node.create({
    name: "marker",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({ kind: { default: "quote", rendered: false }, name: { default: "", rendered: false } }),
    parseHTML: () => [{ tag: "p", priority: 100, getAttrs: read }],
    renderHTML: ({ node }) => ["p", written(node)],
    renderText: ({ node }) => written(node),
    addNodeView: () => (view) => chip(view.node, library),
  });
}

function read(paragraph) {
  const found = MARKER.exec(paragraph.textContent);
  return found ? { kind: found[1], name: found[2] } : false;
}

function written(node) {
  return `[[${node.attrs.kind} ${node.attrs.name}]]`;
}

function chip(node, library) {
  const dom = document.getElementById("marker-template").content.firstElementChild.cloneNode(true);
  const { kind, name } = node.attrs;
  const words = dom.querySelector(".marker__words");
  dom.contentEditable = "false";
  dom.querySelector(".marker__kind").textContent = dom.dataset[kind];
  dom.querySelector(".marker__name").textContent = name;

  function showQuote() {
    const quote = quotes().find((one) => one.name === name);
    dom.classList.toggle("marker--unknown", !quote);
    words.textContent = quote ? [quote.words, quote.speaker].filter(Boolean).join(" — ") : dom.dataset.unknownQuote;
  }

  async function showPicture() {
    const picture = await pictureOf(name, library);
    dom.classList.toggle("marker--unknown", !picture);
    words.textContent = picture ? picture.alt : dom.dataset.unknownPicture;
    if (!picture) return;
    const image = dom.querySelector("img");
    image.src = picture.thumbnail;
    image.hidden = false;
  }

  function showBlock() {
    words.textContent = labelOfBlock(name) || dom.dataset.unknownBlock;
    dom.classList.toggle("marker--unknown", !labelOfBlock(name));
  }

  if (kind === "block") showBlock();
  else if (kind === "quote") {
    showQuote();
    shown.add(showQuote);
  } else showPicture();
  return { dom, ignoreMutation: () => true, destroy: () => shown.delete(showQuote) };
}
