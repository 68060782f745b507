/* Django's admin has search-as-you-type fields, and a search above a list, without an accessible name. They get the
 * field's name; the fields themselves work without this. */

const search = document.getElementById("searchbar");
if (search) search.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt || search.name);

for (const container of document.querySelectorAll(".select2-container")) name(container);
// They are made when the page is ready, with each new row of a list, and each time one is opened.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.matches(".select2-container")) name(node);
      for (const container of node.querySelectorAll(".select2-container")) name(container);
    }
  }
}).observe(document.body, { childList: true, subtree: true });

function name(container) {
  const select = container.previousElementSibling?.matches("select") ? container.previousElementSibling : opened();
  const words = select && nameOf(select);
  if (!words) return;
  for (const field of container.querySelectorAll(".select2-search__field")) field.setAttribute("aria-label", words);
  const box = container.querySelector(".select2-selection--single");
  if (!box) return;
  const chosen = box.querySelector(".select2-selection__rendered");
  chosen.setAttribute("aria-label", words);
  // Its name, followed by the choice.
  box.id ||= `${chosen.id}-box`;
  box.setAttribute("aria-label", words);
  box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
}

/* The select whose list is open, at the end of the page. */
function opened() {
  return document.querySelector("select + .select2-container--open")?.previousElementSibling;
}

function nameOf(select) {
  const label = select.getAttribute("aria-label") || select.labels[0]?.textContent || "";
  return label.trim().replace(/:$/, "");
}
