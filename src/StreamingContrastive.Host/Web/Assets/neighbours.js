import { byId, setText, make } from './dom.js';
import { fixed } from './format.js';
import { name } from './classes.js';
import { makeRecord, partOf, showRecord } from './view.js';

/** The picked record's neighbours, as pictures and texts: now, and some versions ago. */
export class Neighbours {
  constructor(map) {
    this.map = map;
    this.asked = 0;
  }

  async show(point) {
    const asked = ++this.asked;
    const answer = await fetch(`/api/neighbours/${point.id}`).catch(() => null);
    if (asked !== this.asked) { return; } // Another record was picked meanwhile.
    if (!answer?.ok) {
      setText('neighbours-note', answer?.status === 404 ? 'This record has left the sample; pick another one.' : 'The pipeline does not answer.');
      return;
    }
    this.fill(await answer.json(), point);
  }

  fill(view, point) {
    const { now, then, kept } = view;
    const same = list => view.label < 0 ? '' : ` · ${list.items.filter(item => item.label === view.label).length} of ${list.items.length} of its class, others dashed`;
    byId('neighbours').hidden = false;
    showRecord(byId('picked-picture'), byId('picked-text'), view, this.map.parts);
    byId('picked-picture').alt = `Picked record: ${name(view.label, this.map.names)}`;
    setText('picked-label', this.words(view, `key ${point.key}`));
    setText('neighbours-note', then ? `${kept} of ${now.items.length} are the same records as before (underlined)` : 'by cosine similarity');
    setText('now-title', `Now, version ${now.version}${same(now)}`);
    const stayed = new Set(then ? now.items.map(item => item.id).filter(id => then.items.some(old => old.id === id)) : []);
    this.strip('now', now, view.label, stayed);
    setText('then-title', then ? `${then.versionsAgo === 1 ? 'One version' : `${then.versionsAgo} versions`} ago, version ${then.version}${same(then)}` : 'Earlier');
    byId('then').hidden = !then;
    byId('then-none').hidden = then != null;
    setText('then-none', 'No earlier version that is kept has embedded this record.');
    if (then) { this.strip('then', then, view.label, stayed); }
    this.map.mark(now.items.map(item => item.id));
  }

  words(record, ...more) { return [partOf(record, this.map.parts), name(record.label, this.map.names), ...more].filter(Boolean).join(', '); }

  strip(id, list, label, stayed) {
    const texts = this.map.parts.filter(part => part.isText).length;
    byId(id).classList.toggle('texts', texts > 0 && texts === this.map.parts.length);
    byId(id).classList.toggle('mixed', this.map.parts.length > 1);
    byId(id).replaceChildren(...list.items.map(item => {
      const words = this.words(item, `cosine ${fixed(item.similarity, 3)}`, `key ${item.key}`);
      const part = partOf(item, this.map.parts);
      const button = make('button', { type: 'button', title: words }, makeRecord(item, this.map.parts, words, 52), part ? make('small', {}, part) : null, make('span', {}, fixed(item.similarity, 3)));
      button.classList.toggle('other', label >= 0 && item.label !== label);
      button.classList.toggle('stayed', stayed.has(item.id));
      button.addEventListener('click', () => this.map.pickById(item.id));
      return make('li', {}, button);
    }));
  }
}
