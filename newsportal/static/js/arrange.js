/* Lists put in order by drag, or by buttons from the keyboard. Without a script each row has a number. */

const status = document.getElementById("arranged");

for (const list of document.querySelectorAll("[data-arrange]")) {
  for (const item of items(list)) {
    item.querySelector("[data-number]").hidden = true;
    for (const hidden of item.querySelectorAll("[data-move], [data-handle]")) hidden.hidden = false;
  }
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(list, button);
  });
  letDrag(list);
  renumber(list);
}

function move(list, button) {
  const item = button.closest("[data-item]");
  const other = button.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
  if (!other) return;
  if (button.dataset.move === "1") other.after(item);
  else other.before(item);
  arranged(list, item);
  // A row that was moved has lost the focus; at the end of the list the other button gets it.
  (button.disabled ? item.querySelector("[data-move]:not(:disabled)") : button)?.focus();
}

function letDrag(list) {
  let dragged = null;
  for (const handle of list.querySelectorAll("[data-handle]")) handle.draggable = true;
  list.addEventListener("dragstart", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle) return;
    dragged = handle.closest("[data-item]");
    dragged.classList.add("arrange__item--dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameOf(list, dragged));
    event.dataTransfer.setDragImage(dragged, 16, 16);
  });
  list.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("[data-item]");
    if (!over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) over.after(dragged);
    else over.before(dragged);
  });
  list.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("arrange__item--dragged");
    arranged(list, dragged);
    dragged = null;
  });
}

function arranged(list, item) {
  renumber(list);
  const all = items(list);
  const place = all.indexOf(item) + 1;
  const words = { name: nameOf(list, item), place, count: all.length, title: titles(list)[place - 1] ?? "" };
  status.textContent = list.dataset.said.replace(/\{(\w+)\}/g, (_whole, word) => words[word]);
}

function renumber(list) {
  const all = items(list);
  for (const [index, item] of all.entries()) {
    item.querySelector("[data-number] input").value = index + 1;
    const title = titles(list)[index];
    if (title) item.querySelector("[data-place]").textContent = title;
    for (const button of item.querySelectorAll("[data-move]")) {
      button.disabled = index === (button.dataset.move === "1" ? all.length - 1 : 0);
      button.setAttribute("aria-label", `${button.dataset.label}: ${title ?? item.dataset.name}`);
    }
  }
}

function nameOf(list, item) {
  return item.dataset.name ?? (item.querySelector("select").selectedOptions[0]?.label || list.dataset.newest);
}

function titles(list) {
  return list.dataset.places?.split("|") ?? [];
}

function items(list) {
  return [...list.querySelectorAll(":scope > [data-item]")];
}
