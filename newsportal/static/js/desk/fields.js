/* A card's own fields: each name consists of what the field is and the comment's number. */

export function fieldOf(card, name) {
  return card.querySelector(`[name="${name}-${card.dataset.card}"]`);
}

/* All their values, by name without the number. */
export function fieldsOf(card) {
  const end = `-${card.dataset.card}`;
  const fields = [...card.querySelectorAll(`select[name$="${end}"], textarea[name$="${end}"]`)];
  return Object.fromEntries(fields.map(({ name, value }) => [name.slice(0, -end.length), value]));
}
