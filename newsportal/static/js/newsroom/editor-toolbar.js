/* The buttons of the editor: one stop for Tab, arrows inside, Escape back to the text. */

export function startToolbar(bar, { editor, commands, press, isHtml }) {
  const buttons = [...bar.querySelectorAll("[data-command]")];
  let current = buttons[0];

  function choose(button) {
    current = button;
    for (const one of buttons) one.tabIndex = one === current ? 0 : -1;
  }

  function update() {
    for (const button of buttons) {
      const name = button.dataset.command;
      const active = name === "html" ? isHtml() : commands[name].active && editor.isActive(...commands[name].active);
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(Boolean(active)));
      button.setAttribute("aria-disabled", String(isHtml() && name !== "html"));
    }
  }

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    choose(button);
    if (button.getAttribute("aria-disabled") !== "true") press(button.dataset.command);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const index = buttons.indexOf(current);
    if (step) choose(buttons[(index + step + buttons.length) % buttons.length]);
    else if (event.key === "Home") choose(buttons[0]);
    else if (event.key === "End") choose(buttons.at(-1));
    else if (event.key === "Escape") return editor.commands.focus();
    else return undefined;
    event.preventDefault();
    current.focus();
    return undefined;
  });
  choose(current);
  update();
  return { update, focus: () => current.focus() };
}
