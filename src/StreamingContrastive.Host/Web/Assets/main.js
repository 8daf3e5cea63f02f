import { byId, setText } from './dom.js';
import { accuracy, count, dash, duration, fixed, percent, time } from './format.js';
import { createCharts } from './charts.js';
import { EmbeddingMap } from './map.js';
import { Neighbours } from './neighbours.js';
import { followCluster } from './cluster.js';
import { showCheckpoints, showLetters, showRetrieval, showStages } from './tables.js';

const charts = createCharts();
let neighbours = null;
const map = new EmbeddingMap(point => neighbours.show(point));
neighbours = new Neighbours(map);

let mapVersion = 0;
let lastState = null;

function show(state) {
  lastState = state;
  document.title = `${count(state.rate)}/s · ${state.name}`;
  setText('name', state.name);
  setText('clock', `epoch ${state.epoch} · up ${duration(state.uptime)} · ${time(state.time)}`);
  showReadiness(state.problems.length === 0 ? 'ready' : 'problem', state.problems.length === 0 ? 'Ready' : 'Not ready', state.problems);
  showTiles(state);
  showStages(state.stages);
  showRetrieval(state.heldOut === 'retrieval', state.retrieval);
  showCheckpoints(state.checkpoints);
  showLetters(state.reasons, state.letters);
  if (state.mapVersion !== mapVersion) { loadMap(state.mapVersion); }
}

function showReadiness(kind, words, problems) {
  byId('ready').dataset.state = kind;
  setText('ready', words);
  byId('problems').hidden = problems.length === 0;
  setText('problems', problems.join(' '));
}

function showTiles(state) {
  setText('rate', count(state.rate));
  setText('rate-note', `${count(state.trained)} in all, step ${count(state.step)}`);
  setText('lag', count(state.lag));
  setText('lag-note', `${count(state.pending)} more are with the trainer`);
  showQuality(state);
  setText('loss', fixed(state.loss, 3));
  setText('loss-note', state.accuracy == null ? '' : `pretext accuracy ${percent(state.accuracy)}`);
  setText('version', count(state.modelVersion));
  setText('version-note', `${count(state.published)} embeddings published`);
  setText('letters', count(state.deadLettered));
  setText('letters-note', state.consumed > 0 ? `${percent(state.deadLettered / state.consumed)} of ${count(state.consumed)}, ${count(state.tombstones)} tombstones` : '');
  byId('progress').hidden = state.target == null;
  if (state.target != null) {
    byId('progress-bar').value = state.consumed / state.target;
    setText('progress-text', `${count(state.consumed)} of ${count(state.target)} records`);
  }
}

/** The tile of what is measured on held-out records: kNN by their labels, or retrieval between their parts in the first direction. */
function showQuality({ heldOut, probe, retrieval }) {
  const first = retrieval?.directions[0];
  const [title, value, unit, note] = heldOut === 'retrieval'
    ? ['Held-out retrieval', first ? accuracy(first.r1) : dash, 'R@1', first ? `${first.from} → ${first.to} at step ${count(retrieval.step)}` : retrieval ? 'too few records have two parts' : 'not evaluated yet']
    : heldOut === 'knn'
      ? ['Held-out accuracy', probe ? accuracy(probe.knn20) : dash, 'kNN-20', probe ? `at step ${count(probe.step)}, RankMe ${fixed(probe.rankMe, 1)}` : 'not evaluated yet']
      : ['Held-out quality', dash, '', 'not measured, see monitor.heldOutTopic'];
  setText('quality-title', title);
  setText('quality', value);
  setText('quality-unit', unit);
  setText('quality-note', note);
}

async function loadMap(version) {
  mapVersion = version;
  if (version === 0) { return; }
  const answer = await fetch('/api/map').catch(() => null);
  if (!answer?.ok) {
    mapVersion = 0; // Asked for again with the next state.
    return;
  }
  const had = map.chosen;
  map.show(await answer.json());
  if (had && map.chosen) { neighbours.show(map.chosen); }
}

/** After a refusal: another process may ask for the token anew. */
async function reconnect() {
  const answer = await fetch('/', { method: 'HEAD' }).catch(() => null);
  if (answer?.redirected) {
    location.assign(answer.url);
  } else {
    connect();
  }
}

function connect() {
  const events = new EventSource('/events');
  events.addEventListener('history', event => charts.replace(JSON.parse(event.data)));
  events.addEventListener('state', event => {
    const state = JSON.parse(event.data);
    show(state);
    if (charts.add(charts.names, state.point)) {
      events.close(); // The server keeps the whole run in fewer points: ask for them again.
      connect();
    }
  });
  events.addEventListener('error', () => {
    showReadiness('problem', 'Not connected', [lastState ? `The pipeline does not answer; this was its state at ${time(lastState.time)}. Trying again.` : 'The pipeline does not answer. Trying again.']);
    if (events.readyState === EventSource.CLOSED) { setTimeout(reconnect, 5000); }
  });
}

connect();
followCluster();
