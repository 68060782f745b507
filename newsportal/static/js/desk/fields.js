/* A card's own fields: each is named by what it is and the number of the comment. */

export function fieldOf(card, name) {
  return card.querySelector(`[name="${name}-${card.dataset.card}"]`);
}

/* All that they hold, by their names without the number. */
export function fieldsOf(card) {
  const end = `-${card.dataset.card}`;
  const fields = [...card.querySelectorAll(`select[name$="${end}"], textarea[name$="${end}"]`)];
  return Object.fromEntries(fields.map(({ name, value }) => [name.slice(0, -end.length), value]));
}
