// @ts-check
/**
 * Lesson training: ten hidden layers whose weights are stretched by a scale, and how large the sums
 * and their gradients are in each layer. The weights are those that np_nn draws from the seed 0; the
 * pictures are those that tests/measure/training.py wrote.
 */

import {Linear, Network, ReLU, Tanh} from "./network.mjs";
import {default_rng} from "./rng.mjs";
import {labels, mean, pixels} from "./training_numbers.mjs";
import {asked, button, choice, html, numberControl, painter, power, sentence, set, show, svg} from "./widget.mjs";

const WIDTH = 64;
const HIDDEN = 10;
const INK = 16; // of a full pixel
const LIMITS = {min: 0.1, max: 8};
const SLIDER = {min: 0.1, max: 3, step: 0.01};
const BAR = 100; // half of the width of the picture of a bar
const DECADES = 5; // powers of ten from the middle to either end; longer bars are cut there

/** Scales with a name: the standard deviation of a weight, times the root of the number of inputs. */
export const MARKS = {"as np_nn's": 1 / Math.sqrt(3), Xavier: 1, He: Math.SQRT2};

const inputs = pixels.map((picture) => picture.map((ink, i) => (ink - mean[i]) / INK));

/** The weights as np_nn draws them, with biases that draw their numbers and are then set to 0. */
function drawn() {
  const rng = default_rng(0);
  return Array.from({length: HIDDEN + 1}, (_, n) => {
    const layer = new Linear(WIDTH, n === HIDDEN ? 10 : WIDTH, rng);
    layer.bias = layer.bias.map(() => 0);
    return layer;
  });
}

/** @type {number[][][] | undefined} */
let weights; // of each layer as they were drawn

/** @param {number[][]} matrix */
const size = (matrix) => Math.sqrt(matrix.flat().reduce((sum, entry) => sum + entry * entry, 0) / matrix.flat().length);

/** The gradient of the mean cross-entropy at the sums, (P − T) / N. @param {number[][]} sums */
function slopes(sums) {
  return sums.map((row, n) => {
    const largest = Math.max(...row);
    const powers = row.map((sum) => Math.exp(sum - largest));
    const total = powers.reduce((all, power) => all + power, 0);
    return powers.map((power, j) => (power / total - (j === labels[n] ? 1 : 0)) / sums.length);
  });
}

/**
 * Return how large the sums of each layer are, and their gradients: the roots of the mean squares.
 * @param {number} scale @param {string} activation  relu or tanh
 * @returns {{sums: number[], gradients: number[]}}
 */
export function follow(scale, activation) {
  const linears = drawn();
  weights ??= linears.map(({weight}) => weight);
  linears.forEach((layer, n) => {
    layer.weight = /** @type {number[][][]} */ (weights)[n].map((row) => row.map((w) => w * scale * Math.sqrt(3)));
  });
  const between = () => (activation === "tanh" ? new Tanh() : new ReLU());
  const layers = linears.flatMap((layer, n) => (n === HIDDEN ? [layer] : [layer, between()]));
  /** @type {number[]} */
  const gradients = [];
  let gradient = slopes(new Network(layers).forward(inputs));
  for (const layer of [...layers].reverse()) {
    if (layer instanceof Linear) {
      gradients.unshift(size(gradient));
      // Only what goes on is needed here, not the gradients of the weights.
      gradient = gradient.map((row) => layer.inputs[0].map((_, i) => row.reduce((sum, entry, j) => sum + entry * layer.weight[j][i], 0)));
    } else gradient = layer.backward(gradient);
  }
  return {sums: linears.map((layer) => size(layer.outputs)), gradients};
}

/** Return where a bar begins and how long it is: from the middle, the same for each power of ten. @param {number} part */
export function bar(part) {
  const length = (BAR * Math.min(DECADES, Math.abs(Math.log10(part)))) / DECADES;
  return [part < 1 ? BAR - length : BAR, Math.max(length, 1)];
}

/** Return a number with two digits. @param {number} value */
export function two(value) {
  if (value >= 0.001 && value < 1000) return show(Number(value.toPrecision(2)));
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return `${mantissa}·${power(Number(exponent))}`;
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let scale = asked(state, "scale", Number(MARKS["as np_nn's"].toFixed(3)), LIMITS);
  let activation = state.activation === "tanh" ? "tanh" : "relu";
  let problem = "";

  const rows = Array.from({length: HIDDEN + 1}, (_, n) => {
    const bars = ["sums", "gradients"].map((kind) => svg("rect", {class: `widget-training-bar widget-training-${kind}`, height: 10}));
    const values = ["sums", "gradients"].map((kind) => html("output", {"data-name": `${kind}-${n + 1}`}));
    const cells = bars.flatMap((one, place) => [
      html("td", {class: "widget-training-bars"}, svg("svg", {viewBox: `0 0 ${2 * BAR} 10`, preserveAspectRatio: "none", "aria-hidden": "true"},
        svg("path", {class: "widget-training-middle", d: `M${BAR} 0V10`}), one)),
      html("td", {class: "widget-training-value"}, values[place])]);
    return {line: html("tr", {}, html("th", {scope: "row"}, String(n + 1)), ...cells), bars, values};
  });
  const table = html("table", {class: "widget-table widget-training-table"},
    html("thead", {}, html("tr", {}, html("th", {scope: "col"}, "layer"),
      html("th", {scope: "col", colspan: "2"}, "size of the sums, forward →"), html("th", {scope: "col", colspan: "2"}, "← size of their gradients"))),
    html("tbody", {}, ...rows.map(({line}) => line)));
  const says = sentence(signal);
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);

  const control = numberControl({
    label: "scale", name: "scale", value: scale, ...SLIDER, limits: LIMITS,
    change: (value) => {
      scale = value;
      changed();
    },
    refuse: (words) => {
      problem = words;
      paint();
    },
  });
  for (const [name, value] of Object.entries(MARKS)) { // on the slider, too
    const tick = html("span", {class: "widget-mark", title: name});
    tick.style.setProperty("--part", String((value - SLIDER.min) / (SLIDER.max - SLIDER.min)));
    control.range.after(tick);
  }
  const marks = Object.entries(MARKS).map(([name, value]) => button(name, () => {
    scale = Number(value.toFixed(3));
    control.write(scale);
    problem = "";
    changed();
  }));

  function changed() {
    share({scale, activation});
    paint();
  }

  function display() {
    if (problem) return says.say(problem, "", true);
    const found = follow(scale, activation);
    const first = [found.sums[0], found.gradients[HIDDEN]]; // where each of them sets out
    rows.forEach(({bars, values}, n) => [found.sums, found.gradients].forEach((sizes, place) => {
      const [x, width] = bar(sizes[n] / first[place]);
      set(bars[place], {x, width});
      values[place].textContent = two(sizes[n]);
    }));
    const change = found.sums[HIDDEN] / found.sums[0];
    const back = found.gradients[0] / found.gradients[HIDDEN];
    const words = (/** @type {number} */ part) => (part < 0.1 ? "shrinks" : part > 10 ? "grows" : "keeps its size");
    const weight = `Weights have the standard deviation ${show(scale)}/√64 = ${show(scale / 8, 3)}.`;
    says.say(`Forward the signal ${words(change)}; backward the gradient ${words(back)}.`,
      `${weight} From layer 1 to 11 the sums change by a factor of ${two(change)}, the gradients on their way back by ${two(back)}.`, words(change) !== "keeps its size");
  }

  body.append(
    html("div", {class: "widget-row"},
      choice({legend: "Activation function", options: {relu: "ReLU", tanh: "tanh"}, value: activation, change: (/** @type {string} */ picked) => {
        activation = picked;
        changed();
      }}),
      html("div", {class: "widget-training-marks"}, ...marks)),
    html("div", {class: "widget-row"}, control.element), table, says.element);
  element.append(body);
  display();
}
