/* Turns a paste from Word, Google Docs or a web page into the plain HTML that the writer meant. The server cleans
   again. */

const SCRIPTS = /<(script|style|xml|noscript|template)\b[\s\S]*?<\/\1\s*>/gi;
const COMMENTS = /<!--[\s\S]*?-->|<!\[[\s\S]*?\]>|<\/?[ovwm]:[^>]*>|<\?xml[^>]*>/gi;
const GONE = "script, style, meta, link, title, iframe, object, embed, form, input, button, select, textarea, video, audio, svg, canvas";
const PICTURES = "img, picture, v\\:imagedata";

export function cleanPasted(html) {
  const body = parsed(html);
  const pictures = body.querySelectorAll(PICTURES).length;
  for (const element of body.querySelectorAll(`${GONE}, ${PICTURES}`)) element.remove();
  listsOfWord(body);
  stylesToTags(body);
  headings(body);
  for (const element of body.querySelectorAll("*")) keepOnly(element, ["href", "title", "start", "colspan", "rowspan", "scope"]);
  for (const link of body.querySelectorAll("a")) {
    if (!/^(https?:|mailto:)/i.test(link.getAttribute("href") || "")) link.replaceWith(...link.childNodes);
  }
  for (const paragraph of body.querySelectorAll("p")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("br")) paragraph.remove();
  }
  return { html: body.innerHTML, pictures };
}

/* Styles are set aside before anything applies them: the site's policy forbids them, and the console would complain. */
function parsed(html) {
  const plain = html
    .replace(SCRIPTS, "")
    .replace(COMMENTS, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son\w+\s*=/gi, " data-on="));
  return new DOMParser().parseFromString(plain, "text/html").body;
}

/* Word writes a list as paragraphs with a style that names the list and its level, and its bullets as text. */
function listsOfWord(body) {
  let open = [];
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const level = Number(/mso-list:[^;"]*level(\d+)/i.exec(styleOf(paragraph))?.[1] || 0);
    const goesOn = open.length && paragraph.previousElementSibling === open[0];
    if (!level) {
      open = [];
      continue;
    }
    const bullet = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const tag = /^\s*\(?[\da-z]{1,4}[.)]/i.test(bullet?.textContent || "") ? "ol" : "ul";
    bullet?.remove();
    open = (goesOn ? open : []).slice(0, level);
    while (open.length < level) {
      const list = document.createElement(tag);
      if (open.length) (open.at(-1).lastElementChild || open.at(-1).appendChild(document.createElement("li"))).append(list);
      else paragraph.before(list);
      open.push(list);
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
  }
}

/* Google Docs expresses bold and italic in styles, and wraps everything in a <b> that is not bold. */
function stylesToTags(body) {
  for (const element of [...body.querySelectorAll("b, strong, i, em, span")]) {
    const style = styleOf(element);
    const notBold = /(?<![-\w])font-weight:\s*(normal|400)/i.test(style) && element.matches("b, strong");
    const tags = [
      /(?<![-\w])font-weight:\s*(bold|[6-9]00)/i.test(style) && !element.matches("b, strong") && "strong",
      /(?<![-\w])font-style:\s*italic/i.test(style) && !element.matches("i, em") && "em",
    ].filter(Boolean);
    if (element.matches("span") || notBold) {
      const inner = [...element.childNodes];
      const outer = tags.reduceRight((held, tag) => {
        const made = document.createElement(tag);
        made.append(...held);
        return [made];
      }, inner);
      element.replaceWith(...outer);
    }
  }
}

function headings(body) {
  for (const [from, to] of [["h1", "h2"], ["h5", "h4"], ["h6", "h4"]]) {
    for (const heading of body.querySelectorAll(from)) {
      const made = document.createElement(to);
      made.append(...heading.childNodes);
      heading.replaceWith(made);
    }
  }
}

function keepOnly(element, names) {
  for (const { name } of [...element.attributes]) if (!names.includes(name)) element.removeAttribute(name);
}

function styleOf(element) {
  return element.dataset.style || "";
}
