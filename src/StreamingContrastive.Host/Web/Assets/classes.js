// Colours and shapes of classes: Paul Tol's "muted" scheme, which colour-blind people can tell apart, and four shapes, so that colour
// never stands alone.
const light = ['#332288', '#cc6677', '#117733', '#b8860b', '#4b9fd0', '#882255', '#2a9d8f', '#999933', '#aa4499', '#5b6570'];
const dark = ['#9d92e8', '#ee8a97', '#4fc07a', '#ddcc77', '#88ccee', '#d977a8', '#5fd3c4', '#c9c95f', '#dd88cc', '#aab4bf'];
const shapes = [circle, square, triangle, diamond];

export const unlabelled = -1;

export function colour(label) {
  const palette = document.documentElement.dataset.theme === 'dark' ? dark : light;
  return label < 0 ? palette[palette.length - 1] : palette[label % palette.length];
}

export const name = (label, names) => label < 0 ? 'no label' : names[label] ?? `class ${label}`;

/** Draws a point of a class. */
export function drawPoint(context, x, y, radius, label) {
  context.beginPath();
  (label < 0 ? circle : shapes[label % shapes.length])(context, x, y, radius);
  context.fill();
}

function circle(c, x, y, r) { c.arc(x, y, r, 0, 2 * Math.PI); }
function square(c, x, y, r) { c.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r); }
function triangle(c, x, y, r) { c.moveTo(x, y - 1.2 * r); c.lineTo(x + 1.1 * r, y + 0.8 * r); c.lineTo(x - 1.1 * r, y + 0.8 * r); c.closePath(); }
function diamond(c, x, y, r) { c.moveTo(x, y - 1.3 * r); c.lineTo(x + 1.1 * r, y); c.lineTo(x, y + 1.3 * r); c.lineTo(x - 1.1 * r, y); c.closePath(); }
