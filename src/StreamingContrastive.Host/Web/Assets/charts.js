import { byId, make } from './dom.js';
import { accuracy, count, fixed, dash } from './format.js';

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const fraction = digits => value => fixed(value, digits);

const recall = 'R@1 ';

// What is drawn: columns of the history, and the range that an axis has at least. A chart whose columns the pipeline does not have is left out.
const definitions = [
  { title: 'Training rate', series: [['rate', 'records/s', count]], least: [0, 1] },
  { title: 'Waiting in the topic', series: [['lag', 'records', count]], least: [0, 1] },
  { title: 'Loss', series: [['loss', 'nats', fraction(3)]] },
  { title: 'Held-out accuracy', series: [['knn20', 'kNN-20', accuracy], ['knn200', 'kNN-200', accuracy]], axis: accuracy },
  { title: 'Held-out retrieval, R@1', prefix: recall, series: [], axis: accuracy },
  { title: 'Alignment and uniformity', series: [['alignment', 'alignment', fraction(2)], ['uniformity', 'uniformity', fraction(2)]] },
  { title: 'Age of the negatives', series: [['ageP50', 'median, steps', count], ['ageP95', '95 %, steps', count]], least: [0, 1] },
];

const maxPoints = 1500;

/** The charts of a pipeline with these columns. */
const chartsOf = names => definitions
  .map(d => d.prefix ? { ...d, series: names.filter(name => name.startsWith(d.prefix)).map(name => [name, name.slice(d.prefix.length), accuracy]) } : d)
  .filter(d => d.series.length > 0 && d.series.every(([name]) => names.includes(name)));

/** Charts over one shared time axis. */
export class Charts {
  constructor(place) {
    Object.assign(this, { place, columns: null, charts: [] });
    document.addEventListener('themechange', () => this.charts.forEach(chart => chart.build()));
    new ResizeObserver(() => this.charts.forEach(chart => chart.fit())).observe(place);
  }

  replace(columns) {
    const same = this.columns && this.names.join() === Object.keys(columns).join();
    this.columns = columns;
    if (!same) {
      this.place.replaceChildren();
      this.charts = chartsOf(this.names).map(definition => new Chart(this.place, definition, () => this.columns));
    }
    this.draw();
  }

  /** Adds a point; true when there are so many that the history should be asked for again. */
  add(names, point) {
    if (!this.columns || point[0] <= this.columns.time.at(-1)) { return false; } // The history holds the newest point already.
    names.forEach((name, i) => this.columns[name].push(point[i]));
    this.draw();
    return this.columns.time.length > maxPoints;
  }

  get names() { return this.columns ? Object.keys(this.columns) : []; }

  draw() { this.charts.forEach(chart => chart.draw()); }
}

class Chart {
  constructor(place, definition, columns) {
    Object.assign(this, { definition, columns, plot: null });
    this.values = definition.series.map(() => make('b', {}, dash));
    const names = definition.series.map(([, unit], i) => make('span', {}, make('span', { class: `swatch s${i + 1}` }), this.values[i], ` ${unit}`));
    this.stage = make('div', { class: 'plot' });
    this.figure = make('figure', { class: definition.series.length > 2 ? 'card chart wide' : 'card chart' },
      make('figcaption', { class: 'card-head' }, make('h3', {}, definition.title), make('div', { class: 'values' }, ...names)), this.stage);
    place.append(this.figure);
    this.build();
  }

  data() {
    const columns = this.columns();
    return columns ? [columns.time, ...this.definition.series.map(([name]) => columns[name])] : [[], ...this.definition.series.map(() => [])];
  }

  build() {
    this.plot?.destroy();
    const axis = { stroke: css('--quiet'), grid: { stroke: css('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    const { least, series } = this.definition;
    this.plot = new uPlot({
      ...this.size(),
      legend: { show: false },
      cursor: { sync: { key: 'time' }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_, low, high) => spread(low, high, least) } },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map(t => new Date(1000 * t).toLocaleTimeString('en-GB')) },
        { ...axis, size: 46, values: (_, ticks) => ticks.map(this.definition.axis ?? compact) },
      ],
      series: [{}, ...series.map((_, i) => ({ stroke: css(`--series-${i + 1}`), width: 2, spanGaps: true, points: { show: u => u.data[i + 1].filter(v => v != null).length < 12, size: 5 } }))],
      hooks: { setCursor: [() => this.label()] },
    }, this.data(), this.stage);
    this.label();
  }

  size() { return { width: Math.max(80, this.stage.clientWidth), height: Math.max(80, this.stage.clientHeight) }; }

  fit() {
    const { width, height } = this.size();
    if (width !== this.plot.width || height !== this.plot.height) { this.plot.setSize({ width, height }); }
  }

  draw() {
    this.plot.setData(this.data());
    this.label();
  }

  /** The values under the cursor, else the newest ones. */
  label() {
    const data = this.plot?.data ?? this.data();
    this.definition.series.forEach(([, , format], i) => {
      const text = format(at(data[i + 1], this.plot?.cursor.idx ?? data[0].length - 1));
      if (this.values[i].textContent !== text) { this.values[i].textContent = text; }
    });
  }
}

/** The value at an index, or the last one before it: most values are not measured every second. */
function at(values, index) {
  for (let i = index; i >= 0; i--) {
    if (values[i] != null) { return values[i]; }
  }
  return null;
}

function spread(low, high, least) {
  if (low == null) { return least ?? [0, 1]; }
  const [from, to] = least ? [Math.min(low, least[0]), Math.max(high, least[1])] : [low, high];
  const margin = Math.max((to - from) * 0.08, Math.abs(to) * 1e-3, 1e-6);
  return [least && from === least[0] ? from : from - margin, to + margin];
}

function compact(value) {
  return Math.abs(value) >= 1000 ? new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value) : String(Number(value.toFixed(3)));
}

export const createCharts = () => new Charts(byId('charts'));
