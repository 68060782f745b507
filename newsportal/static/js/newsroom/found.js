/* The story as a search result and as a shared card, updated while one writes. */

import { pictureOf } from "./library.js";

const SHOWN = { title: 60, description: 160 };
const section = document.getElementById("found");
const field = (name) => document.getElementById(`id_${name}`);
if (section && field("seo_title")) startPreview();

function startPreview() {
  const picture = section.querySelector(".found__picture");
  const chosen = field("picture");

  function show() {
    const texts = { title: first("seo_title", "headline"), description: first("seo_description", "summary") };
    for (const place of section.querySelectorAll("[data-found]")) {
      const cut = place.closest(".found__result") ? SHOWN[place.dataset.found] : Infinity;
      place.textContent = shortened(texts[place.dataset.found], cut);
    }
  }

  async function showPicture() {
    const found = chosen.value ? await pictureOf(chosen.value, field("body").dataset.library) : null;
    picture.hidden = !found;
    if (found) picture.src = found.thumbnail;
  }

  for (const name of ["seo_title", "headline", "seo_description", "summary"]) field(name).addEventListener("input", show);
  if (chosen) {
    // The admin's search box reports a choice only through jQuery.
    window.django?.jQuery(chosen).on("change", showPicture);
    showPicture();
  }
  field("seo_description").closest("fieldset").after(section);
  section.hidden = false;
  show();
}

function first(...names) {
  return names.map((name) => field(name).value.trim()).find(Boolean) || "";
}

function shortened(text, most) {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/\s+\S*$/, "")} …`;
}
