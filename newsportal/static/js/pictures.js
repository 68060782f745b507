/* Pictures further down are fetched once the page is there and the browser has nothing else to do, so that scrolling
   never meets an empty frame. Readers who save data, or have a slow connection, get each as they come near it. */

const SLOW = ["slow-2g", "2g", "3g"];
const line = navigator.connection;

if (!line?.saveData && !SLOW.includes(line?.effectiveType)) {
  addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(fetchAll));
}

function fetchAll() {
  for (const picture of document.querySelectorAll("main img[loading=lazy]")) picture.loading = "eager";
}
