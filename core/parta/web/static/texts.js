// Texts in the reader's language, from JSON that the page carries.
const block = document.getElementById("texts");
const texts = block ? JSON.parse(block.textContent) : {};

/** The text called `name`. */
export function text(name) {
  return texts[name] ?? "";
}

/** The texts of a plugin's page: JSON in the element with this id. */
export function textsOf(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}

/** Let a screen reader say `message`. */
export function announce(message) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = message;
}
