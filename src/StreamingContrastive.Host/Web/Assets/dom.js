// Everything that is shown goes through textContent: keys, labels and reasons come from whoever may write to a topic.
export const byId = id => document.getElementById(id);

export function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) { element.textContent = text; }
}

/** An element with attributes, text and children. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) { element.setAttribute(name, value); }
  element.append(...children.filter(child => child != null).map(child => typeof child === 'number' ? String(child) : child));
  return element;
}

/** Replaces the children where what they show has changed; a table that is rebuilt each second cannot be read or selected from. */
export function fill(element, value, build) {
  const shown = JSON.stringify(value);
  if (element.dataset.shown === shown) { return; }
  element.dataset.shown = shown;
  element.replaceChildren(...build(value));
}
