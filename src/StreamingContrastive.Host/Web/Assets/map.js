import { byId, setText, make, fill } from './dom.js';
import { count, percent } from './format.js';
import { colour, drawPoint, name } from './classes.js';
import { partOf, showRecord, textOf } from './view.js';

const margin = 14;
const reach = 18;
const glide = 700;
const mostClasses = 14;

/** The map: a canvas that is pointed at, clicked, and walked over with the arrow keys. */
export class EmbeddingMap {
  constructor(picked) {
    Object.assign(this, { picked, canvas: byId('map'), stage: byId('map-stage'), tip: byId('map-tip') });
    Object.assign(this, { points: [], names: [], parts: [], at: null, chosen: null, only: null, ring: [], started: 0 });
    new ResizeObserver(() => this.draw()).observe(this.stage);
    document.addEventListener('themechange', () => { this.drawLegend(); this.draw(); });
    this.canvas.addEventListener('pointermove', event => this.point(this.nearest(event.offsetX, event.offsetY, reach)));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('click', event => this.pick(this.nearest(event.offsetX, event.offsetY, reach)));
    this.canvas.addEventListener('keydown', event => this.onKey(event));
    this.canvas.addEventListener('blur', () => this.point(null));
  }

  /** Shows a new version: points glide from where they were. */
  show(view) {
    const before = new Map(this.points.map(point => [point.id, this.place(point)]));
    [this.names, this.parts] = [view.labels, view.parts];
    this.points = view.points.map(point => ({ ...point, from: before.get(point.id) ?? [point.x, point.y] }));
    this.at = this.byId(this.at?.id);
    this.chosen = this.byId(this.chosen?.id);
    setText('map-note', `version ${view.version}, ${count(view.points.length)} ${view.parts.length > 1 ? 'parts of records' : 'records'}, the plane keeps ${percent(view.explained)} of the variance`);
    this.drawLegend();
    this.started = matchMedia('(prefers-reduced-motion: reduce)').matches ? -glide : performance.now();
    this.animate();
    if (!this.chosen && this.points.length > 0) { this.pick(this.points[0], false); }
  }

  /** Marks a picked record's neighbours. */
  mark(ids) {
    this.ring = ids;
    this.draw();
  }

  pickById(id) {
    const point = this.byId(id);
    if (point) { this.pick(point); }
    return point != null;
  }

  byId(id) { return id == null ? null : this.points.find(point => point.id === id) ?? null; }

  pick(point, aloud = true) {
    if (!point) { return; }
    this.chosen = point;
    this.ring = [];
    this.draw();
    if (aloud) { setText('map-live', `Picked ${this.words(point)}`); }
    this.picked(point);
  }

  words(point) {
    const text = textOf(point, this.parts);
    return [partOf(point, this.parts), name(point.label, this.names), text && `“${text}”`, `key ${point.key}`].filter(Boolean).join(', ');
  }

  /** What colour, shape and legend tell apart: parts where records have several, else classes. */
  groupOf(point) { return this.parts.length > 1 ? point.part : point.label; }

  groupName(group) { return this.parts.length > 1 ? this.parts[group].name : name(group, this.names); }

  /** Where a point is now, on its way from the version before, in map coordinates. */
  place(point) {
    const part = Math.min(1, (performance.now() - this.started) / glide);
    const eased = 1 - (1 - part) ** 3;
    return [point.from[0] + (point.x - point.from[0]) * eased, point.from[1] + (point.y - point.from[1]) * eased];
  }

  /** One scale for both directions: distances on the map are comparable. */
  frame() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { x, y } of this.points) {
      left = Math.min(left, x); right = Math.max(right, x); low = Math.min(low, y); high = Math.max(high, y);
    }
    const scale = Math.min((width - 2 * margin) / Math.max(right - left, 1e-9), (height - 2 * margin) / Math.max(high - low, 1e-9));
    return ([x, y]) => [width / 2 + (x - (left + right) / 2) * scale, height / 2 - (y - (low + high) / 2) * scale];
  }

  animate() {
    this.draw();
    if (this.at) { this.placeTip(); } else { this.tip.hidden = true; } // The record may have moved, or left.
    if (performance.now() - this.started < glide) { requestAnimationFrame(() => this.animate()); }
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const density = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * density) || this.canvas.height !== Math.round(height * density)) {
      [this.canvas.width, this.canvas.height] = [Math.round(width * density), Math.round(height * density)];
    }
    const context = this.canvas.getContext('2d');
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    if (this.points.length === 0) { return; }
    const frame = this.frame();
    this.shown = new Map(this.points.map(point => [point.id, frame(this.place(point))]));
    for (const point of this.points) {
      context.globalAlpha = this.only != null && this.groupOf(point) !== this.only ? 0.1 : 0.85;
      context.fillStyle = colour(this.groupOf(point));
      drawPoint(context, ...this.shown.get(point.id), 4, this.groupOf(point));
    }
    context.globalAlpha = 1;
    this.drawMarks(context);
  }

  drawMarks(context) {
    const style = getComputedStyle(document.documentElement);
    context.strokeStyle = style.getPropertyValue('--ink');
    const middle = this.chosen && this.shown.get(this.chosen.id);
    for (const id of middle ? this.ring : []) {
      const end = this.shown.get(id);
      if (!end) { continue; }
      context.lineWidth = 1;
      context.globalAlpha = 0.55;
      context.beginPath(); context.moveTo(...middle); context.lineTo(...end); context.stroke();
      context.globalAlpha = 1;
      circle(context, end, 6.5);
    }
    context.lineWidth = 2.5;
    if (middle) { context.strokeStyle = style.getPropertyValue('--accent'); circle(context, middle, 9); }
    if (this.at) { context.strokeStyle = style.getPropertyValue('--ink'); circle(context, this.shown.get(this.at.id), 7.5); }
  }

  nearest(x, y, limit) {
    let [best, distance] = [null, limit];
    for (const point of this.points) {
      if (this.only != null && this.groupOf(point) !== this.only) { continue; }
      const [px, py] = this.shown.get(point.id);
      const d = Math.hypot(px - x, py - y);
      if (d < distance) { [best, distance] = [point, d]; }
    }
    return best;
  }

  /** Points at a record: its picture, or how its text begins, appears beside it. */
  point(point) {
    if (point === this.at && !(point && this.tip.hidden)) { return; }
    this.at = point;
    this.canvas.classList.toggle('over', point != null);
    this.tip.hidden = point == null;
    if (point) {
      showRecord(byId('map-tip-picture'), byId('map-tip-text'), point, this.parts);
      setText('map-tip-label', [partOf(point, this.parts), name(point.label, this.names)].filter(Boolean).join(', '));
      setText('map-tip-key', `key ${point.key}`);
      setText('map-tip-position', point.position);
      this.placeTip();
    }
    this.draw();
  }

  placeTip() {
    const [x, y] = this.shown.get(this.at.id);
    const right = x > this.stage.clientWidth / 2;
    this.tip.style.left = right ? '' : `${x + 16}px`;
    this.tip.style.right = right ? `${this.stage.clientWidth - x + 16}px` : '';
    this.tip.style.top = `${Math.max(0, Math.min(y - 50, this.stage.clientHeight - 110))}px`;
  }

  onKey(event) {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === 'Enter' || event.key === ' ') {
      this.pick(this.at ?? this.chosen);
    } else if (event.key === 'Escape') {
      this.point(null);
      return;
    } else if (directions[event.key]) {
      this.walk(directions[event.key]);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** To the nearest record in a direction; what lies aside counts as farther. */
  walk([dx, dy]) {
    const start = this.at ?? this.chosen ?? this.points[0];
    if (!start) { return; }
    const [x, y] = this.shown.get(start.id);
    let [best, cost] = [start, Infinity];
    for (const point of this.points) {
      const [px, py] = this.shown.get(point.id);
      const [along, aside] = [(px - x) * dx + (py - y) * dy, Math.abs((px - x) * dy + (py - y) * dx)];
      if (point !== start && along > 0.5 && aside <= 2 * along && along + 2 * aside < cost) { [best, cost] = [point, along + 2 * aside]; }
    }
    this.point(best);
    setText('map-live', this.words(best));
  }

  drawLegend() {
    const all = [...new Set(this.points.map(point => this.groupOf(point)))].sort((a, b) => a - b);
    const labels = all.slice(0, mostClasses);
    const more = all.length > labels.length ? [make('li', { class: 'quiet small' }, `and ${all.length - labels.length} more classes`)] : [];
    byId('legend').setAttribute('aria-label', this.parts.length > 1 ? 'Parts; press one to show only it' : 'Classes; press one to show only it');
    const theme = document.documentElement.dataset.theme;
    fill(byId('legend'), [all, this.names, this.parts, theme, this.only], () => [...labels.map(label => make('li', {}, this.legendButton(label))), ...more]);
  }

  legendButton(label) {
    const key = make('canvas', { width: 24, height: 24, 'aria-hidden': 'true' });
    const context = key.getContext('2d');
    context.fillStyle = colour(label);
    drawPoint(context, 12, 12, 8, label);
    const button = make('button', { type: 'button', 'data-label': label, 'aria-pressed': String(this.only === label) }, key, this.groupName(label));
    button.addEventListener('click', () => {
      this.only = this.only === label ? null : label;
      this.drawLegend();
      this.draw();
      byId('legend').querySelector(`[data-label="${label}"]`).focus();
    });
    return button;
  }
}

function circle(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
