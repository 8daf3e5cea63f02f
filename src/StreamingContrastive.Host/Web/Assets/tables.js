import { byId, setText, make, fill } from './dom.js';
import { accuracy, bytes, count, milliseconds, percent, time } from './format.js';

const shownLetters = 8;

const groups = [
  ['trainer', 'Trainer, one thread', ['step', 'evaluation', 'state copy', 'map sample', 'waiting']],
  ['workers', 'Augmentation workers together', ['augmentation']],
  ['ingest', 'Ingest, between workers and trainer', ['waiting for the trainer', 'dead letters']],
];

/** Bars of where time goes. */
export function showStages(stages) {
  const place = byId('stages');
  if (!place.firstChild) { place.append(...groups.map(stageGroup)); }
  for (const [who, title, names] of groups) {
    const shares = names.map(stage => stages.find(s => s.who === who && s.stage === stage)?.share ?? 0);
    const group = place.querySelector(`[data-who="${who}"]`);
    [...group.querySelectorAll('.stage-bar > span')].forEach((bar, i) => { bar.style.width = `${100 * shares[i]}%`; });
    [...group.querySelectorAll('.stage-key b')].forEach((value, i) => { value.textContent = percent(shares[i]); });
    group.querySelector('.stage-bar').setAttribute('aria-label', `${title}: ${names.map((stage, i) => `${stage} ${percent(shares[i])}`).join(', ')}`);
  }
}

function stageGroup([who, title, names]) {
  const colours = names.map((stage, i) => stage === 'waiting' ? 't5' : `t${i + 1}`);
  return make('div', { 'data-who': who },
    make('h3', {}, title),
    make('div', { class: 'stage-bar', role: 'img', 'aria-label': title }, ...names.map((_, i) => make('span', { class: colours[i] }))),
    make('ul', { class: 'stage-key' }, ...names.map((stage, i) => make('li', {}, make('i', { class: colours[i] }), stage, ' ', make('b')))));
}

/** Checkpoints of this run. */
export function showCheckpoints(checkpoints) {
  setText('checkpoints-note', checkpoints.length === 0 ? 'none since the start' : `newest ${checkpoints[0].name}`);
  fill(byId('checkpoints'), checkpoints, rows => rows.map(c => make('tr', {},
    make('td', {}, time(c.at)), number(count(c.step)), number(c.modelVersion), number(bytes(c.bytes)), number(milliseconds(c.copyMs)), number(milliseconds(c.durableMs)))));
}

/** How often a part of a held-out record finds the same record's other part; a card only where records have several. */
export function showRetrieval(isMeasured, retrieval) {
  byId('retrieval').hidden = !isMeasured;
  setText('retrieval-note', retrieval ? `on held-out records, at step ${count(retrieval.step)}: found among the first 1, 5 and 10` : 'not evaluated yet');
  fill(byId('retrieval-rows'), retrieval?.directions ?? [], all => all.map(d => make('tr', {},
    make('td', {}, d.from), make('td', {}, d.to), number(count(d.records)), number(accuracy(d.r1)), number(accuracy(d.r5)), number(accuracy(d.r10)))));
}

/** Dead letters: how many for what reason, and the newest ones. */
export function showLetters(reasons, letters) {
  const total = reasons.reduce((sum, reason) => sum + reason.count, 0);
  setText('reasons-note', total === 0 ? 'none since the start' : `${count(total)} acknowledged since the start, the newest below`);
  fill(byId('reasons'), reasons, all => all.map(r => make('li', {}, make('b', {}, count(r.count)), ` ${r.type} in ${r.stage}`)));
  byId('letters-scroll').hidden = letters.length === 0;
  fill(byId('letters-rows'), letters.slice(0, shownLetters), all => all.map(l => make('tr', {}, ...[l.position, l.key, l.stage, l.type, l.message].map(text => make('td', {}, text)))));
}

const number = text => make('td', { class: 'number' }, text);
