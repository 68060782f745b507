/* Lists in order (key points, quotes, byline): moved by buttons and by drag, their positions numbered here. Without
 * this script the position is a field of its own. */

const status = document.getElementById("lists-status");
const template = document.getElementById("row-controls-template");

for (const group of document.querySelectorAll(".js-inline-admin-formset")) {
  if (group.querySelector("[name$='-position']")) startList(group);
}

function startList(group) {
  const prefix = group.id.replace(/-group$/, "");
  let dragged = null;

  const rows = () => [...group.querySelectorAll(`[id^="${prefix}-"]`)].filter((row) => /-\d+$/.test(row.id) && row.matches(".inline-related, tr"));
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const position = (row) => (field(row, "position").value === "" ? Infinity : Number(field(row, "position").value));
  const words = (row) => {
    const filled = typed(row).find((one) => one.value.trim());
    const text = filled?.matches("select") ? filled.selectedOptions[0]?.textContent : filled?.value;
    return (text || status.dataset.empty).trim().slice(0, 60);
  };
  const typed = (row) =>
    [...row.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea, select")].filter((one) => !/-position$/.test(one.name));

  /* An empty row has no position, because it does not belong to the list yet. */
  function number() {
    rows().forEach((row, index) => {
      const at = field(row, "position");
      const kept = row.matches(".has_original") || typed(row).some((one) => one.value.trim());
      const value = kept ? String(index) : "";
      if (at.value === value) return;
      at.value = value;
      at.dispatchEvent(new Event("input", { bubbles: true }));
    });
    for (const row of rows()) label(row);
  }

  function arrange(key) {
    const inOrder = rows();
    const end = inOrder.at(-1)?.nextSibling;
    const parent = inOrder[0]?.parentElement;
    inOrder.sort((one, other) => key(one) - key(other)).forEach((row) => parent.insertBefore(row, end));
  }

  function label(row) {
    for (const button of row.querySelectorAll("[data-move]")) {
      button.dataset.words ||= button.getAttribute("aria-label");
      button.setAttribute("aria-label", button.dataset.words.replace("%s", words(row)));
    }
    field(row, "DELETE")?.setAttribute("aria-label", status.dataset.remove.replace("%s", words(row)));
  }

  function move(row, step, button) {
    const all = rows();
    const other = all[all.indexOf(row) + step];
    if (!other) {
      status.textContent = step < 0 ? status.dataset.first : status.dataset.last;
      return;
    }
    if (step < 0) other.before(row);
    else other.after(row);
    number();
    button.focus();
    status.textContent = status.dataset.moved.replace("%s", rows().indexOf(row) + 1).replace("%t", all.length);
  }

  function equip(row) {
    if (row.querySelector(".row-controls")) return;
    const controls = template.content.firstElementChild.cloneNode(true);
    field(row, "position").after(controls);
    for (const button of controls.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => move(row, Number(button.dataset.move), button));
    }
    // Only by its handle: words in the fields must stay selectable.
    controls.querySelector(".row-controls__handle").addEventListener("pointerdown", () => {
      row.draggable = true;
    });
    row.addEventListener("dragstart", (event) => {
      if (!row.draggable) return;
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      dragged = null;
      number();
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (event.clientY > box.top + box.height / 2) row.after(dragged);
      else row.before(dragged);
    });
  }

  group.classList.add("ordered");
  for (const row of rows()) equip(row);
  arrange(position);
  for (const row of rows()) label(row);
  group.addEventListener("formset:added", (event) => {
    equip(event.target);
    number();
    // An editor who asked for a row wants to write in it; a row that a script adds does not move the focus.
    if (document.activeElement?.closest(".add-row")) typed(event.target).find((one) => !one.matches("select"))?.focus();
  });
  group.addEventListener("input", (event) => {
    if (!/-position$/.test(event.target.name)) number();
  });
  group.addEventListener("drop", (event) => event.preventDefault());
  group.addEventListener("change", (event) => {
    if (/-DELETE$/.test(event.target.name)) event.target.closest("tr, .inline-related").classList.toggle("is-removed", event.target.checked);
  });
  // Django's script renumbers the fields in the order of the rows; saved rows must come first then.
  group.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest(".inline-deletelink")) return;
      arrange((row) => Number(row.id.split("-").pop()));
      setTimeout(() => {
        arrange(position);
        number();
      });
    },
    { capture: true },
  );
}
