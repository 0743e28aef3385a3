// @ts-check
/**
 * Lesson many-machines: two copies of a small network share 32 pictures, and one process trains
 * beside them on all of these. The pictures are those that tests/measure/training.py wrote; the
 * weights are drawn as np_nn draws them.
 */

import {Linear, Network, ReLU, SGD} from "./network.mjs";
import {default_rng} from "./rng.mjs";
import {labels, mean, pixels} from "./training_numbers.mjs";
import {asked, choice, html, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";

export const ROWS = 32;
export const STEPS = 60;
const LR = 0.2;
const WIDTH = 8;
const CUT = {min: 1, max: ROWS - 1, whole: true};
const EXCHANGES = {weighted: "weighted", mean: "plain", sum: "sum", nothing: "none"};
const STARTS = {same: "same start", other: "other start"};
const NOISE = 1e-12; // of a distance: what is smaller comes of rounding

const inputs = pixels.map((picture) => picture.map((ink, i) => (ink - mean[i]) / 16));

/** @param {number} seed */
function build(seed) {
  const rng = default_rng(seed);
  return new Network([new Linear(64, WIDTH, rng), new ReLU(), new Linear(WIDTH, 10, rng)]);
}

/** Compute the gradients of the mean cross-entropy of the rows from `from` to before `to`. @param {Network} network @param {number} from @param {number} to */
function look(network, from, to) {
  const sums = network.forward(inputs.slice(from, to));
  network.backward(sums.map((row, n) => {
    const largest = Math.max(...row);
    const powers = row.map((sum) => Math.exp(sum - largest));
    const total = powers.reduce((all, power) => all + power, 0);
    return powers.map((power, j) => (power / total - (j === labels[from + n] ? 1 : 0)) / (to - from));
  }));
}

/** All numbers of the parameters (0) or of their gradients (1), in rows that can be written to. @param {Network} network @param {0 | 1} which @returns {number[][]} */
const rows = (network, which) => network.parameters().flatMap((pair) => (Array.isArray(pair[which][0]) ? /** @type {number[][]} */ (pair[which]) : [/** @type {number[]} */ (pair[which])]));

/** @param {number[][]} one @param {number[][]} other */
const distance = (one, other) => one.reduce((most, row, i) => row.reduce((far, entry, j) => Math.max(far, Math.abs(entry - other[i][j])), most), 0);

/** @type {Record<string, (a: number, b: number, share: number) => number>} */
const BOTH = {weighted: (a, b, share) => share * a + (1 - share) * b, mean: (a, b) => (a + b) / 2, sum: (a, b) => a + b};

/** The parameters of one process that has all rows, before each step. */
const alone = (() => {
  /** @type {number[][][] | undefined} */
  let kept;
  return () => {
    if (kept) return kept;
    const network = build(0);
    const optimizer = new SGD(network.parameters(), LR);
    kept = [];
    for (let step = 0; step <= STEPS; step++) {
      kept.push(rows(network, 0).map((row) => [...row]));
      look(network, 0, ROWS);
      if (step < STEPS) optimizer.step();
    }
    return kept;
  };
})();

/**
 * Return how far the two copies are apart, and copy A from one process, before each of 60 steps and after.
 * @param {number} cut  how many rows A has @param {string} exchange @param {string} start
 * @returns {{apart: number[], alone: number[]}}
 */
export function train(cut, exchange, start) {
  const copies = [build(0), build(start === "other" ? 1 : 0)];
  const optimizers = copies.map((copy) => new SGD(copy.parameters(), LR));
  const [mine, yours] = copies.map((copy) => rows(copy, 1));
  const found = {apart: /** @type {number[]} */ ([]), alone: /** @type {number[]} */ ([])};
  for (let step = 0; step <= STEPS; step++) {
    const [a, b] = copies.map((copy) => rows(copy, 0));
    found.apart.push(distance(a, b));
    found.alone.push(distance(a, alone()[step]));
    if (step === STEPS) break;
    look(copies[0], 0, cut);
    look(copies[1], cut, ROWS);
    const both = BOTH[exchange];
    if (both) mine.forEach((row, i) => row.forEach((entry, j) => (row[j] = yours[i][j] = both(entry, yours[i][j], cut / ROWS))));
    for (const optimizer of optimizers) optimizer.step();
  }
  return found;
}

// The picture: a row of squares, and beneath it the distances, from rounding noise to 1.
const BOX = {width: 320, height: 190, left: 44, right: 312, top: 46, bottom: 168};
const DECADES = {low: -18, high: 1};

/** Return how far down a distance is drawn; 0 and what is smaller than the lowest line lie on it. @param {number} value */
export function down(value) {
  const power = Math.min(DECADES.high, Math.max(DECADES.low, Math.log10(value || 1e-99)));
  return BOX.bottom - ((BOX.bottom - BOX.top) * (power - DECADES.low)) / (DECADES.high - DECADES.low);
}

const across = (/** @type {number} */ step) => BOX.left + ((BOX.right - BOX.left) * step) / STEPS;
const line = (/** @type {number[]} */ values) => values.map((value, step) => `${step ? "L" : "M"}${across(step).toFixed(1)} ${down(value).toFixed(1)}`).join("");

/** A distance with two digits. @param {number} value */
export function words(value) {
  if (value === 0) return "0";
  return value < NOISE ? "rounding" : show(Number(value.toPrecision(2)));
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let cut = asked(state, "cut", 24, CUT);
  let exchange = Object.hasOwn(EXCHANGES, state.exchange ?? "") ? state.exchange : "mean";
  let start = Object.hasOwn(STARTS, state.start ?? "") ? state.start : "same";
  let problem = "";

  const side = (BOX.width - 16) / ROWS;
  const squares = Array.from({length: ROWS}, (_, n) => svg("rect", {x: 8 + side * n, y: 17, width: side - 2, height: side - 2}));
  const names = ["A", "B"].map((name) => svg("text", {class: `widget-machines-text widget-machines-${name}`, y: 11, "text-anchor": "middle"}, name));
  const ticks = [[1, "1"], [1e-5, "10⁻⁵"], [1e-10, "10⁻¹⁰"], [1e-15, "10⁻¹⁵"], [0, "0"]].map(([value, text]) =>
    svg("text", {class: "widget-machines-text", x: BOX.left - 6, y: down(Number(value)) + 4, "text-anchor": "end"}, String(text)));
  const frame = svg("path", {class: "widget-machines-frame", d: `M${BOX.left} ${BOX.top}V${BOX.bottom}H${BOX.right}`});
  const curves = ["apart", "alone"].map((name) => svg("path", {class: `widget-machines-line widget-machines-${name}`}));
  const picture = svg("svg", {viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", class: "widget-machines-picture"},
    ...names, ...squares, frame, ...ticks, ...curves,
    svg("text", {class: "widget-machines-text", x: BOX.left, y: BOX.bottom + 16}, "start"),
    svg("text", {class: "widget-machines-text", x: BOX.right, y: BOX.bottom + 16, "text-anchor": "end"}, `${STEPS} steps`));
  const values = ["apart", "alone"].map((name) => html("output", {"data-name": name}));
  const table = html("table", {class: "widget-table widget-machines-table"}, html("tbody", {},
    ...["copies apart", "A from one process"].map((what, place) => html("tr", {},
      html("th", {scope: "row"}, html("span", {class: `widget-machines-key widget-machines-key-${["apart", "alone"][place]}`}), what),
      html("td", {}, values[place])))));
  const says = sentence(signal);
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);

  const control = numberControl({
    label: "rows of A", name: "rows", value: cut, step: 1, ...CUT, limits: CUT,
    change: (value) => {
      cut = value;
      changed();
    },
    refuse: (told) => {
      problem = told;
      paint();
    },
  });

  function changed() {
    share({cut, exchange, start});
    paint();
  }

  function display() {
    if (problem) return says.say(problem, "", true);
    const found = train(cut, exchange, start);
    const last = [found.apart[STEPS], found.alone[STEPS]];
    squares.forEach((square, n) => square.setAttribute("class", n < cut ? "widget-machines-a" : "widget-machines-b"));
    set(names[0], {x: 8 + (side * cut) / 2});
    set(names[1], {x: 8 + (side * (cut + ROWS)) / 2});
    set(curves[0], {d: line(found.apart)});
    set(curves[1], {d: line(found.alone)});
    values.forEach((value, place) => (value.textContent = words(last[place])));
    const [together, right] = last.map((far) => far < NOISE);
    const first = together ? "The copies stay alike" : "The copies are apart";
    const second = right ? "and they are what one process gets." : together ? "but they are not what one process gets." : "and A is not what one process gets.";
    const why = start === "other" ? "No exchange of gradients takes back a different start."
      : exchange === "nothing" ? "Each learns from its own rows alone."
      : exchange === "sum" ? "Both take the same step, and it is about twice as long as it should be."
      : exchange === "mean" && cut !== ROWS / 2 ? `The ${Math.min(cut, ROWS - cut)} rows of one copy weigh as much as the ${Math.max(cut, ROWS - cut)} of the other.`
      : "Each row counts the same.";
    says.say(`${first}, ${second}`, why, !right);
    set(picture, {"aria-label": `Copy A has ${cut} of ${ROWS} rows, B the other ${ROWS - cut}. After ${STEPS} steps the copies are apart by ${words(last[0])}, and A is from one process by ${words(last[1])}.`});
  }

  /** @param {string} legend @param {Record<string, string>} options @param {string} value @param {(picked: string) => void} take */
  const pick = (legend, options, value, take) => choice({legend, options, value, change: (/** @type {string} */ picked) => {
    take(picked);
    changed();
  }});
  body.append(
    html("div", {class: "widget-row"},
      pick("What is exchanged: which mean of the gradients, or their sum, or nothing", EXCHANGES, exchange, (picked) => (exchange = picked)),
      pick("Where B starts", STARTS, start, (picked) => (start = picked))),
    html("div", {class: "widget-row"}, control.element), html("div", {class: "widget-stage"}, picture), table, says.element);
  element.append(body);
  display();
}
