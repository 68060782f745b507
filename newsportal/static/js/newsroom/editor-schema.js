/* What a text may consist of: everything on the server's allow-list (articles/html.py), and the markers. */

import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  Document,
  Dropcursor,
  Extension,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  HorizontalRule,
  Italic,
  Link,
  ListItem,
  Mark,
  Node,
  OrderedList,
  Paragraph,
  Strike,
  Subscript,
  Superscript,
  Table,
  TableCell,
  TableHeader,
  TableRow,
  Text,
  mergeAttributes,
} from "../../django_prose_editor/editor.js";
import { markerNode } from "./editor-marker.js";

export function extensions({ press, toToolbar, library }) {
  return [
    Document,
    Text,
    Paragraph,
    HardBreak,
    Heading.configure({ levels: [2, 3, 4] }),
    Blockquote,
    BulletList,
    OrderedList.extend({ addAttributes: () => ({ start: startOfList }) }),
    // Tab moves the focus, as it does everywhere: it must not be caught here.
    ListItem.extend({
      addKeyboardShortcuts() {
        return {
          Enter: () => this.editor.commands.splitListItem(this.name),
          "Mod-]": () => this.editor.commands.sinkListItem(this.name),
          "Mod-[": () => this.editor.commands.liftListItem(this.name),
        };
      },
    }),
    HorizontalRule,
    CodeBlock,
    Table.extend({ addKeyboardShortcuts: () => ({}) }),
    TableRow,
    TableHeader.extend({ addAttributes: () => ({ ...spans, scope: plainAttribute("scope") }) }),
    TableCell.extend({ addAttributes: () => spans }),
    Bold,
    Italic,
    Strike,
    Subscript,
    Superscript,
    Code,
    Link.extend({ inclusive: false }).configure({
      openOnClick: false,
      autolink: true,
      protocols: ["http", "https", "mailto"],
      HTMLAttributes: { target: null, rel: null, class: null },
    }),
    mark("abbr", ["title"]),
    mark("cite"),
    mark("q"),
    mark("small"),
    block("figure", "(block | figcaption)+"),
    block("figcaption", "inline*", ""),
    markerNode(library),
    History,
    Dropcursor,
    Gapcursor,
    shortcuts(press, toToolbar),
  ];
}

const startOfList = {
  default: 1,
  parseHTML: (element) => Number(element.getAttribute("start")) || 1,
  renderHTML: ({ start }) => (start === 1 ? {} : { start }),
};
const spans = { colspan: spanAttribute("colspan"), rowspan: spanAttribute("rowspan"), colwidth: { default: null, rendered: false } };

function spanAttribute(name) {
  return {
    default: 1,
    parseHTML: (element) => Number(element.getAttribute(name)) || 1,
    renderHTML: (attributes) => (attributes[name] === 1 ? {} : { [name]: attributes[name] }),
  };
}

function plainAttribute(name) {
  return {
    default: null,
    parseHTML: (element) => element.getAttribute(name),
    renderHTML: (attributes) => (attributes[name] === null ? {} : { [name]: attributes[name] }),
  };
}

function mark(tag, attributes = []) {
  return Mark.create({
    name: tag,
    addAttributes: () => Object.fromEntries(attributes.map((name) => [name, plainAttribute(name)])),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, mergeAttributes(HTMLAttributes), 0],
  });
}

function block(tag, content, group = "block") {
  return Node.create({ name: tag, group, content, parseHTML: () => [{ tag }], renderHTML: () => [tag, 0] });
}

function shortcuts(press, toToolbar) {
  return Extension.create({
    name: "newsroomShortcuts",
    priority: 1000,
    addKeyboardShortcuts: () => ({
      "Mod-k": () => asked(press, "link"),
      "Alt-Shift-q": () => asked(press, "quote"),
      "Alt-Shift-p": () => asked(press, "picture"),
      "Alt-Shift-b": () => asked(press, "block"),
      "Alt-F10": () => {
        toToolbar();
        return true;
      },
    }),
  });
}

function asked(press, name) {
  press(name);
  return true;
}
