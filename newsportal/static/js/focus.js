/* The focal point of a picture: moved by a click or by arrow keys, with the site's crops shown as they will be. */

const STEP = 1;
const LARGE_STEP = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// As wide as the picture is on the page; a photograph of 12 megapixels in four places would be slow.
const SHOWN_WIDTH = 960;

for (const element of document.querySelectorAll("[data-focus]")) {
  const focus = beginFocus(element);
  const file = element.closest("form")?.querySelector("[data-picture-file]");
  file?.addEventListener("change", () => file.files[0] && focus.show(file.files[0]));
}

/* Bring an element of `_focus.html` to life; `show(file)` shows a file of the visitor's own in it. */
export function beginFocus(element) {
  const stage = element.querySelector("[data-focus-stage]");
  const picture = element.querySelector("[data-focus-picture]");
  const point = element.querySelector("[data-focus-point]");
  const previews = element.querySelector("[data-focus-previews]");
  const numbers = [...element.querySelectorAll("input[type=number]")];

  const place = () => numbers.map((number) => (number.value === "" ? 50 : bounded(Number(number.value))));

  function draw() {
    const [left, top] = place();
    point.style.left = `${left}%`;
    point.style.top = `${top}%`;
    point.setAttribute("aria-label", element.dataset.moved.replace("%left", left).replace("%top", top));
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (!width) return;
    for (const pane of previews.querySelectorAll("[data-ratio]")) {
      drawCrop(pane, { width, height, left: left / 100, top: top / 100, src: picture.src });
    }
  }

  function move(left, top) {
    numbers[0].value = bounded(Math.round(left));
    numbers[1].value = bounded(Math.round(top));
    draw();
  }

  picture.addEventListener("load", () => {
    stage.hidden = previews.hidden = false;
    draw();
  });
  stage.addEventListener("click", (event) => {
    // A key press on the button is a click without a position.
    if (event.detail === 0) return;
    const box = picture.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    point.focus();
  });
  point.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [left, top] = place();
    move(left + way[0] * step, top + way[1] * step);
  });
  for (const number of numbers) number.addEventListener("input", draw);
  if (picture.complete && picture.naturalWidth) picture.dispatchEvent(new Event("load"));

  return {
    /* Show a file before it is sent; if it cannot be shown, the server will refuse it. */
    async show(file) {
      try {
        picture.src = await smaller(file);
      } catch {
        stage.hidden = previews.hidden = true;
      }
    },
  };
}

/* The same crop as the server makes: around the point, and never past an edge. */
function drawCrop(pane, { width, height, left, top, src }) {
  const image = pane.querySelector("img");
  if (image.src !== src) image.src = src;
  const within = pane.dataset.within;
  let cut = cutOut({ x: 0, y: 0, width, height }, Number(within ?? pane.dataset.ratio), left, top);
  if (within) cut = cutOut(cut, Number(pane.dataset.ratio), 0.5, 0.5);
  const scale = pane.clientWidth / cut.width;
  pane.style.height = `${cut.height * scale}px`;
  image.style.width = `${width * scale}px`;
  image.style.height = `${height * scale}px`;
  image.style.marginLeft = `${-cut.x * scale}px`;
  image.style.marginTop = `${-cut.y * scale}px`;
}

function cutOut(box, ratio, left, top) {
  const wide = box.width / box.height > ratio;
  const width = wide ? box.height * ratio : box.width;
  const height = wide ? box.height : box.width / ratio;
  const start = (side, part, at) => Math.min(Math.max(at * side - part / 2, 0), side - part);
  return {
    x: box.x + start(box.width, width, left),
    y: box.y + start(box.height, height, top),
    width,
    height,
  };
}

async function smaller(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SHOWN_WIDTH / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/webp", 0.8);
}

function bounded(number) {
  return Math.min(100, Math.max(0, number));
}
