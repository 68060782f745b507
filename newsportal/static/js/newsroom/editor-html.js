/* The HTML of a text as a person would write it, and as the server keeps it: a list item with a single paragraph
 * contains just its words, each block stands on a line of its own, and a text saved without changes stays the same. */

const UNWRAPPED = "li > p:first-child, td > p:only-child, th > p:only-child";

export function tidy(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const paragraph of body.querySelectorAll(UNWRAPPED)) {
    const others = [...paragraph.parentElement.children].filter((child) => child !== paragraph);
    if (others.every((child) => child.matches("ul, ol"))) paragraph.replaceWith(...paragraph.childNodes);
  }
  for (const link of body.querySelectorAll("a")) {
    link.removeAttribute("rel");
    link.setAttribute("rel", "noopener");
  }
  const blocks = [...body.children].map((block) => block.outerHTML);
  return blocks.length === 1 && blocks[0] === "<p></p>" ? "" : blocks.join("\n");
}
