/* The pictures of the library, as the server describes them to the page. */

const pictures = new Map();

/* A picture of the library, fetched once; nothing if there is none or the library cannot be reached. */
export function pictureOf(name, library) {
  if (!pictures.has(name)) {
    const asked = fetch(`${library}?id=${encodeURIComponent(name)}`)
      .then((answer) => answer.json())
      .then((found) => found.pictures[0])
      .catch(() => {
        pictures.delete(name);
        return undefined;
      });
    pictures.set(name, asked);
  }
  return pictures.get(name);
}
