import { byId, setText, make, fill } from './dom.js';
import { count, dash } from './format.js';

const every = 3000;
const operations = [['pause', 'Pause'], ['resume', 'Resume'], ['checkpoint', 'Checkpoint now'], ['step-down', 'Step down']];

/** The table of a cluster's nodes; hidden where one process does everything. */
export function followCluster() {
  ask().finally(() => setTimeout(followCluster, every));
}

async function ask() {
  const answer = await fetch('/api/status').catch(() => null);
  if (answer?.status === 200) { show(await answer.json()); }
}

function show({ status, canOperate }) {
  byId('cluster').hidden = status.members.length === 0;
  if (status.members.length === 0) { return; }
  const trainer = status.trainer;
  setText('cluster-note', trainer == null ? 'no trainer answers: one is being started, or takes over' : `${trainer.isPaused ? 'paused, ' : ''}epoch ${count(trainer.lineageEpoch)}, trainer ${trainer.node}`);
  fill(byId('cluster-rows'), status, () => status.members.map(member => row(member, trainer, status.node)));
  const buttons = byId('cluster-buttons');
  buttons.hidden = !canOperate;
  if (canOperate && !buttons.firstChild) { buttons.append(...operations.map(button)); }
}

function row(member, trainer, asked) {
  const ingest = trainer?.ingests.find(i => i.node === member.node);
  const isTrainer = trainer?.node === member.node;
  const roles = member.roles.map(role => role === 'trainer' && trainer != null && !isTrainer ? 'trainer (standby)' : role).join(', ');
  const lag = ingest?.partitions.every(p => p.lag >= 0) ? ingest.partitions.reduce((sum, p) => sum + p.lag, 0) : null;
  return make('tr', {},
    make('td', {}, member.node + (member.node === asked ? ' (this one)' : '')), make('td', {}, roles), make('td', {}, member.state),
    number(ingest ? `${ingest.partitions.length}` : dash), number(ingest ? count(ingest.recordsPerSecond) : isTrainer ? count(trainer.recordsPerSecond) : dash),
    number(ingest ? count(lag) : dash), number(ingest ? count(Math.max(0, ingest.granted - ingest.sent)) : dash));
}

function button([name, words]) {
  const element = make('button', { type: 'button', class: 'plain' }, words);
  element.addEventListener('click', () => operate(name, words));
  return element;
}

async function operate(name, words) {
  if (name === 'step-down' && !confirm('Hand the trainer over to a standby?')) { return; }
  setText('cluster-answer', `${words}: asked`);
  // The header makes it a request that no page of another origin can send without being asked first, which is refused.
  const answer = await fetch(`/api/operations/${name}`, { method: 'POST', headers: { 'X-Streaming-Contrastive': 'operate' } }).catch(() => null);
  setText('cluster-answer', answer == null ? `${words}: no answer` : (await answer.text()).trim());
}

const number = text => make('td', { class: 'number' }, text);
