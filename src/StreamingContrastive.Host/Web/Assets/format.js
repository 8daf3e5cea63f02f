// Numbers and times as people read them; pure.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const dash = '–';
export const count = value => value == null ? dash : whole.format(value);
export const fixed = (value, digits) => value == null ? dash : value.toFixed(digits);
export const percent = share => share == null ? dash : `${(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;
export const accuracy = share => share == null ? dash : `${Number((100 * share).toFixed(1))} %`;
export const time = seconds => new Date(1000 * seconds).toLocaleTimeString('en-GB');

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return `${value.toFixed(value >= 100 || unit === 0 ? 0 : 1)} ${units[unit]}`;
}

export const milliseconds = value => value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) { return `${s} s`; }
  if (s < 3600) { return `${Math.floor(s / 60)} min ${s % 60} s`; }
  if (s < 86400) { return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`; }
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}
