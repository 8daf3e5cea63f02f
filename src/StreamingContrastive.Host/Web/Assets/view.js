// A record as people see it: its picture, or how its text begins. Texts are written by strangers and go through textContent only.
import { make } from './dom.js';

const elsewhere = 'This text was read on another node and is not sent here.';

export const isText = (record, parts) => parts[record.part]?.isText ?? false;

/** The text of a record that has one; otherwise null. */
export const textOf = (record, parts) => isText(record, parts) ? record.text ?? elsewhere : null;

/** The part of a record, where records have several. */
export const partOf = (record, parts) => parts.length > 1 ? parts[record.part].name : '';

/** Shows a record in a picture and a text element, of which one is hidden. */
export function showRecord(picture, quote, record, parts) {
  const text = textOf(record, parts);
  picture.hidden = text != null;
  quote.hidden = text == null;
  quote.textContent = text ?? '';
  if (text == null) { picture.src = `/api/pictures/${record.id}`; } else { picture.removeAttribute('src'); }
}

/** A record as an element of its own. */
export function makeRecord(record, parts, words, size) {
  const text = textOf(record, parts);
  return text == null ? make('img', { src: `/api/pictures/${record.id}`, alt: words, width: size, height: size }) : make('q', {}, text);
}
