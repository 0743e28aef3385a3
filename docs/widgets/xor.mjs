// @ts-check
/** Lesson xor: a network learns XOR while one watches, from np_nn's own weights of any seed. */

import {BCEWithLogitsLoss, Linear, Network, ReLU, SGD, Sigmoid, Tanh, sigmoid} from "./network.mjs";
import {default_rng} from "./rng.mjs";
import {asked, button, choice, colours, html, numberControl, onLook, painter, sentence, set, show, svg} from "./widget.mjs";

/** @typedef {{seed: number, width: number, activation: string, lr: number}} Setting */

export const INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const TARGETS = [[0], [1], [1], [0]];
const ACTIVATIONS = /** @type {Record<string, any>} */ ({tanh: Tanh, relu: ReLU, sigmoid: Sigmoid});
const MOST_UNITS = 8;
const MOST_STEPS = 10000;

/** The lesson's network, loss and loop. Without hidden units it is one linear layer. */
export class Training {
  /** @param {Setting} setting */
  constructor({seed, width, activation, lr}) {
    const rng = default_rng(seed);
    this.setting = {seed, width, activation, lr};
    this.hidden = width > 0 ? new Linear(2, width, rng) : null;
    this.output = new Linear(width || 2, 1, rng);
    this.network = new Network([...(this.hidden ? [this.hidden, new ACTIVATIONS[activation]()] : []), this.output]);
    this.criterion = new BCEWithLogitsLoss();
    this.optimizer = new SGD(this.network.parameters(), lr);
    /** @type {number[]} */
    this.losses = []; // before the first step, after it, ...
    this.highest = 0;
    /** @type {boolean[]} */
    this.rights = []; // row by row
    this.right = 0; // so many are
    this.since = 0; // from this step on all four are right
    this.look();
  }

  get steps() {
    return this.losses.length - 1;
  }

  get loss() {
    return this.losses[this.steps];
  }

  get exploded() {
    return !Number.isFinite(this.loss);
  }

  get probabilities() {
    return this.network.outputs.map(([z]) => sigmoid(z));
  }

  look() {
    this.losses.push(this.criterion.forward(this.network.forward(INPUTS), TARGETS));
    if (this.loss > this.highest) this.highest = this.loss;
    // Without hidden units z ends at 0, give or take a rounding; that is no answer 1.
    this.rights = this.network.outputs.map(([z], row) => z > 1e-9 === (TARGETS[row][0] === 1));
    this.right = this.rights.filter(Boolean).length;
    if (this.right < 4) this.since = this.steps + 1;
  }

  step() {
    this.network.backward(this.criterion.backward());
    this.optimizer.step();
    this.look();
  }

  /** The same network at other places: a z for each. Its last forward pass stays XOR's. @param {number[][]} places @returns {number[]} */
  ask(places) {
    const answers = this.network.forward(places).map(([z]) => z);
    this.network.forward(INPUTS);
    return answers;
  }
}

const BACK = 100; // so many steps tell a plateau

/**
 * Say how a training stands: the verdict, the reasons, and whether it is a warning.
 * @param {Training} training
 * @returns {[string, string, boolean]}
 */
export function verdict({setting: {width, activation, lr}, losses, loss, steps, right, since, exploded}) {
  const count = `${right} of 4 right`;
  const half = `ln 2 = ${show(Math.LN2, 4)}, the loss of saying one half to everything`;
  if (exploded) return ["The numbers have become too large for this computer.", "Choose a smaller η.", true];
  if (steps === 0) return [`Nothing is learned yet: ${count}.`, `The loss is ${show(loss, 4)}. Compare it with ${half}.`, false];
  if (right === 4) {
    return ["All four are right.", `They ${since === steps ? "are so from" : "have been so since"} step ${since}; after ${steps.toLocaleString("en")} steps the loss is ${show(loss, 4)}.`, false];
  }
  const fall = losses[Math.max(0, steps - BACK)] - loss;
  const isFlat = steps >= 2 * BACK && Math.abs(fall) < 0.01 * loss;
  if (steps >= 50 && lr >= 3 && loss > Math.LN2 + 0.02) {
    return [`The steps are too long: ${count}.`, `The loss is ${show(loss, 4)}, and so worse than ${half}. Choose a smaller η.`, true];
  }
  if (!isFlat) {
    const way = fall > 0 ? `it fell by ${show(fall, 4)}` : `it rose by ${show(-fall, 4)}`;
    return [`On its way: ${count}.`, `The loss is ${show(loss, 4)}; in the last ${Math.min(steps, BACK)} steps ${way}.`, false];
  }
  const flat = `The loss is ${show(loss, 4)}, and in the last ${BACK} steps it ${fall < 0 ? "rose" : "fell"} by ${Math.abs(fall) < 5e-5 ? "less than 0.0001" : show(Math.abs(fall), 4)}.`;
  if (width === 0) return [`Stuck: ${count}.`, `${flat} No seed will do: without a hidden layer the border is one straight line.`, true];
  if (width === 1) return [`Stuck on a plateau: ${count}.`, `${flat} No seed will do: one hidden unit is too few.`, true];
  if (lr * steps < (activation === "sigmoid" ? 2500 : 400)) {
    return [`On a plateau: ${count}.`, `${flat} More steps or a larger η may lead off it.`, true];
  }
  return [`Stuck on a plateau: ${count}.`, `${flat} That is no bug: try another seed${lr >= 3 ? ", or a smaller η" : width < MOST_UNITS ? ", or one more hidden unit" : ""}.`, true];
}

// How it looks

const [LOW, HIGH] = [-0.5, 1.5]; // the part of the plane that is shown
const FINE = 41; // places along each side at which the network is asked
const COARSE = 21; // the same while it learns
const SLICE = 5; // milliseconds of a frame for learning
const PAUSE = 100; // milliseconds between two changes of the numbers while it learns
const RATES = [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10]; // of the slider

const css = (/** @type {number[]} */ colour, alpha = 1) => `rgb(${colour.map(Math.round).join(" ")} / ${alpha})`;

/** The plane of the inputs: probabilities as shades, the border, and the lines of the hidden units. */
export class Plane {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.shades = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    this.places = new Map([COARSE, FINE].map((size) => [size, Array.from({length: size * size}, (_, index) =>
      [this.at(index % size, size), this.at(Math.floor(index / size), size)])]));
    this.size = 1;
    /** @type {number[] | null} */
    this.probe = null;
  }

  /** @param {number} index @param {number} size */
  at(index, size) {
    return LOW + ((HIGH - LOW) * index) / (size - 1);
  }

  look() {
    const {canvas} = this;
    this.paints = colours(/** @type {HTMLElement} */ (canvas.parentElement));
    this.size = canvas.clientWidth;
    this.dense = Math.min(devicePixelRatio || 1, 2);
    canvas.width = canvas.height = Math.round(this.size * this.dense);
  }

  /** @param {Training} training @param {boolean} isFine */
  draw(training, isFine) {
    const {context, shades, size} = this;
    const {paper, ink, blue, orange} = /** @type {Record<string, number[]>} */ (this.paints);
    const many = isFine ? FINE : COARSE;
    const answers = training.ask(/** @type {number[][]} */ (this.places.get(many)));
    const cell = size / (many - 1);
    const x = (/** @type {number} */ value) => ((value - LOW) / (HIGH - LOW)) * size;
    const y = (/** @type {number} */ value) => size - x(value);
    const dense = /** @type {number} */ (this.dense);
    context.setTransform(dense, 0, 0, dense, 0, 0);

    const image = new ImageData(many, many);
    answers.forEach((z, index) => {
      const part = 0.55 * sigmoid(z);
      const pixel = 4 * ((many - 1 - Math.floor(index / many)) * many + (index % many));
      for (let k = 0; k < 3; k++) image.data[pixel + k] = paper[k] + part * (blue[k] - paper[k]);
      image.data[pixel + 3] = 255;
    });
    shades.canvas.width = shades.canvas.height = many;
    shades.putImageData(image, 0, 0);
    context.imageSmoothingQuality = isFine ? "high" : "low";
    context.drawImage(shades.canvas, -cell / 2, -cell / 2, size + cell, size + cell);

    context.lineWidth = 1.2;
    context.setLineDash([5, 4]);
    context.strokeStyle = css(ink, 0.45);
    context.beginPath();
    training.hidden?.weight.forEach(([w1, w2], unit) => {
      const b = /** @type {Linear} */ (training.hidden).bias[unit];
      const length = w1 * w1 + w2 * w2;
      if (length < 1e-12) return;
      const [px, py] = [(-b * w1) / length, (-b * w2) / length]; // where it comes closest to (0, 0)
      const far = 9 / Math.sqrt(length);
      context.moveTo(x(px - far * w2), y(py + far * w1));
      context.lineTo(x(px + far * w2), y(py - far * w1));
    });
    context.stroke();
    context.setLineDash([]);

    context.beginPath();
    for (let row = 0; row + 1 < many; row++) {
      for (let column = 0; column + 1 < many; column++) {
        const first = row * many + column;
        const corners = [[first, 0, 0], [first + 1, 1, 0], [first + many + 1, 1, 1], [first + many, 0, 1]];
        const ends = [];
        for (let k = 0; k < 4; k++) {
          const [[from, fromX, fromY], [to, toX, toY]] = [corners[k], corners[(k + 1) % 4]];
          const [before, after] = [answers[from], answers[to]];
          if (before > 0 === after > 0) continue;
          const part = before / (before - after);
          ends.push([cell * (column + fromX + part * (toX - fromX)), size - cell * (row + fromY + part * (toY - fromY))]);
        }
        for (let k = 0; k + 1 < ends.length; k += 2) {
          context.moveTo(ends[k][0], ends[k][1]);
          context.lineTo(ends[k + 1][0], ends[k + 1][1]);
        }
      }
    }
    context.strokeStyle = css(blue);
    context.lineWidth = 2.2;
    context.lineCap = "round";
    context.stroke();

    INPUTS.forEach(([a, b], row) => {
      const isOne = TARGETS[row][0] === 1;
      context.beginPath();
      context.arc(x(a), y(b), 7, 0, 7);
      context.fillStyle = css(isOne ? blue : paper);
      context.strokeStyle = css(isOne ? paper : ink);
      context.lineWidth = isOne ? 1.5 : 1.8;
      context.fill();
      context.stroke();
      if (training.rights[row]) return;
      context.beginPath();
      context.arc(x(a), y(b), 12, 0, 7);
      context.strokeStyle = css(orange);
      context.lineWidth = 2.4;
      context.stroke();
    });
    if (this.probe) {
      const [px, py] = [x(this.probe[0]), y(this.probe[1])];
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(px + 4 * dx, py + 4 * dy);
        context.lineTo(px + 11 * dx, py + 11 * dy);
      }
      context.strokeStyle = css(ink);
      context.lineWidth = 1.6;
      context.stroke();
    }
  }
}

/** The next number of a list that is not below a value, or the last. @param {number[]} list @param {number} value */
const next = (list, value) => list.find((entry) => entry >= value) ?? list[list.length - 1];

/** The loss over the steps. */
function makeCurve() {
  const [left, right, top, bottom] = [34, 12, 26, 30];
  const grid = svg("g", {class: "fig-stroke-tint"});
  const words = svg("g", {class: "fig-fill-muted widget-xor-words"});
  const half = svg("path", {class: "fig-stroke-muted widget-xor-half"});
  const line = svg("path", {class: "fig-stroke-blue widget-xor-line"});
  const first = svg("circle", {class: "fig-fill-paper fig-stroke-blue", r: "4", "stroke-width": "1.8"});
  const end = svg("circle", {class: "fig-fill-blue", r: "4"});
  const element = svg("svg", {class: "widget-xor-curve", role: "img"}, grid, half, line, first, end, words);
  let drawn = "";
  /** @type {{training: Training | null, from: number, path: string}} */
  let done = {training: null, from: 0, path: ""}; // the part of the line that stays
  /** @param {Training} training */
  const draw = (training) => {
    const {losses, steps, loss, since, right: rights} = training;
    const {clientWidth: width, clientHeight: height} = element;
    const most = next([100, 200, 500, 1000, 2000, 5000, MOST_STEPS], steps);
    const high = Number.isFinite(training.highest) ? next([0.8, 1.2, 2, 4, 8, 20, 40, 100, 400, 1000, 1e4, 1e6], training.highest) : 1e6;
    const x = (/** @type {number} */ step) => left + (step / most) * (width - left - right);
    const y = (/** @type {number} */ value) => height - bottom - (Math.min(value, high) / high) * (height - top - bottom);
    const scale = `${width} ${height} ${most} ${high}`;
    if (drawn !== scale) {
      drawn = scale;
      done.training = null;
      set(element, {viewBox: `0 0 ${width} ${height}`});
      const text = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ what, /** @type {string} */ anchor) =>
        svg("text", {x: px, y: py, "text-anchor": anchor}, what);
      const parts = [0, 0.25, 0.5, 0.75, 1];
      grid.replaceChildren(...parts.map((part) => svg("path", {d: `M${left} ${y(part * high)}H${width - right}`})));
      words.replaceChildren(
        ...parts.map((part) => text(left - 6, y(part * high) + 4, show(part * high), "end")),
        ...[0, 0.5, 1].map((part) => text(x(part * most), height - 12, (part * most).toLocaleString("en"), part === 1 ? "end" : "middle")),
        text(x(most * 0.75), height - 12, "step", "middle"), text(0, 11, "loss", "start"),
        text(width - right, y(Math.LN2) - 5, "ln 2", "end"));
      set(half, {d: `M${left} ${y(Math.LN2)}H${width - right}`});
    }
    // A column of half a pixel shows the lowest and the highest of its steps.
    const stride = Math.max(1, Math.floor(most / (2 * (width - left - right))));
    if (done.training !== training) done = {training, from: 0, path: ""};
    let path = done.path;
    for (let from = done.from; from <= steps; from += stride) {
      let [least, largest] = [losses[from], losses[from]];
      for (let step = from + 1; step < from + stride && step <= steps; step++) {
        if (losses[step] < least) least = losses[step];
        if (losses[step] > largest) largest = losses[step];
      }
      if (!Number.isFinite(largest)) break;
      if (from + stride <= steps) done = {training, from: from + stride, path: ""};
      path += `${from ? "L" : "M"}${x(from).toFixed(1)} ${y(largest).toFixed(1)}`;
      if (y(least) - y(largest) > 0.5) path += `V${y(least).toFixed(1)}`;
      if (done.from > from) done.path = path;
    }
    set(line, {d: path});
    first.classList.toggle("widget-none", rights < 4 || since === 0);
    if (rights === 4) set(first, {cx: x(since), cy: y(losses[since])});
    set(end, {cx: x(steps), cy: y(Number.isFinite(loss) ? loss : high)});
    set(element, {"aria-label": `The loss over ${steps} steps: at first ${show(losses[0], 4)}, now ${show(loss, 4)}.`});
  };
  return {element, draw};
}

/** What a unit makes of its z, as a shade: [z, part of the colour, whether it is below 0], from the lowest on. @type {Record<string, [number, number, boolean][]>} */
const SHADES = Object.fromEntries(Object.entries({tanh: [-3, 3], relu: [0, 3], sigmoid: [-6, 6]}).map(([activation, [low, high]]) =>
  [activation, Array.from({length: 13}, (_, k) => {
    const z = low + ((high - low) * k) / 12;
    const [[a]] = new ACTIVATIONS[activation]().forward([[z]]);
    return [z, Math.min(1, Math.abs(a) / (activation === "relu" ? high : 1)), a < 0];
  })]));

/**
 * Where on the plane a unit's z has two values: the ends of a shade that runs across its line.
 * @param {number[]} weights @param {number} bias @param {[number, number]} values @returns {number[][]}
 */
export function across([w1, w2], bias, values) {
  const [a, b] = Math.hypot(w1, w2) < 1e-6 ? [1e-6, 0] : [w1, w2];
  const middle = 0.5 * a + 0.5 * b + bias;
  return values.map((value) => [a, b].map((w) => 0.5 + ((value - middle) * w) / (a * a + b * b)));
}

/** The network: as wide as a weight is large, blue above 0 and orange below; in each hidden unit its own plane. */
function makeNetwork() {
  const [height, side] = [190, 20];
  const element = svg("svg", {role: "img", class: "widget-xor-network", "font-size": 13});
  /** @type {(() => void)[]} */
  let writers = [];
  let words = "";
  /** @param {Training} training */
  const take = ({hidden, output, setting}) => {
    const units = hidden ? hidden.weight.length : 0;
    const gap = Math.min(40, 180 / Math.max(units, 1));
    const [begin, middle, last, width] = units === 2 ? [17, 75, 133, 150] : [26, 150, 262, 300]; // beside two is their plane
    set(element, {viewBox: `0 0 ${width} ${height}`});
    const inputs = [[begin, 55], [begin, 135]];
    const places = Array.from({length: units}, (_, unit) => [middle, height / 2 + gap * (unit - (units - 1) / 2)]);
    const end = [last, height / 2];
    writers = [];
    const line = (/** @type {number[]} */ [x1, y1], /** @type {number[]} */ [x2, y2], /** @type {string} */ name, /** @type {() => number} */ value) => {
      const one = svg("line", {x1, y1, x2, y2, "data-weight": name});
      writers.push(() => {
        const weight = value();
        const wide = (0.4 + Math.min(6, 0.9 * Math.abs(weight) || 0)).toFixed(1);
        if (one.getAttribute("stroke-width") !== wide) one.setAttribute("stroke-width", wide);
        one.classList.toggle("widget-xor-minus", weight < 0);
      });
      return one;
    };
    const lines = hidden ? [
      ...hidden.weight.flatMap((weights, unit) => inputs.map((from, k) => line(from, places[unit], `w-${unit + 1}-${k + 1}`, () => weights[k]))),
      ...places.map((from, unit) => line(from, end, `v-${unit + 1}`, () => output.weight[0][unit])),
    ] : inputs.map((from, k) => line(from, end, `v-${k + 1}`, () => output.weight[0][k]));
    const shades = SHADES[setting.activation];
    const [lowest, highest] = [shades[0][0], shades[shades.length - 1][0]];
    const thumbnails = places.flatMap(([x, y], unit) => {
      const [left, top] = [x - side / 2, y - side / 2];
      const shade = svg("linearGradient", {id: `widget-xor-unit-${unit + 1}`, gradientUnits: "userSpaceOnUse"}, ...shades.map(([z, part, isBelow]) =>
        svg("stop", {offset: (z - lowest) / (highest - lowest), "stop-opacity": 0.8 * part, class: isBelow ? "widget-xor-minus" : ""})));
      writers.push(() => {
        const {weight, bias} = /** @type {Linear} */ (hidden);
        const ends = across(weight[unit], bias[unit], [lowest, highest]).map(([x1, x2]) =>
          [left + ((x1 - LOW) / (HIGH - LOW)) * side, top + side - ((x2 - LOW) / (HIGH - LOW)) * side].map((value) => value.toFixed(1)));
        [["x1", "y1"], ["x2", "y2"]].forEach((names, k) => names.forEach((name, i) => {
          if (shade.getAttribute(name) !== ends[k][i]) shade.setAttribute(name, ends[k][i]);
        }));
      });
      const square = {x: left, y: top, width: side, height: side, rx: 2};
      return [shade, svg("rect", {...square, class: "fig-fill-paper"}), svg("rect", {...square, class: "widget-xor-unit", fill: `url(#widget-xor-unit-${unit + 1})`})];
    });
    const node = (/** @type {number[]} */ [x, y], /** @type {string} */ word) => [svg("circle", {cx: x, cy: y, r: 14, class: "widget-xor-node"}), svg("text", {x, y: y + 4.5, "text-anchor": "middle", "font-style": "italic", class: "fig-fill-ink"}, word)];
    element.replaceChildren(svg("g", {class: "widget-xor-edges"}, ...lines), ...thumbnails, ...inputs.flatMap((place, k) => node(place, `x${"₁₂"[k]}`)), ...node(end, "z"));
    words = `The network: two inputs, ${units === 0 ? "no hidden unit" : units === 1 ? "one hidden unit" : `${units} hidden units`}, one output.`;
    element.setAttribute("aria-label", `${words} Its weights are wide where they are large, blue above 0, orange below.`);
  };
  const write = () => writers.forEach((one) => one());
  return {element, take, write};
}

/** On which side of a line through two points a third one lies: 1, −1, or 0 on it. @param {number[]} a @param {number[]} b @param {number[]} c */
function sideOf(a, b, c) {
  const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  return Math.abs(area) < 1e-12 ? 0 : Math.sign(area);
}

/**
 * Whether some line has two points on one side and two others on the other: the segments between them do not meet.
 * @param {number[][]} ones @param {number[][]} others
 */
export function canSeparate([a, b], [c, d]) {
  const [c1, d1, a1, b1] = [sideOf(a, b, c), sideOf(a, b, d), sideOf(c, d, a), sideOf(c, d, b)];
  if (c1 || d1 || a1 || b1) return c1 * d1 > 0 || a1 * b1 > 0;
  return [0, 1].some((k) => Math.max(a[k], b[k]) < Math.min(c[k], d[k]) || Math.max(c[k], d[k]) < Math.min(a[k], b[k])); // all on one line
}

/**
 * What the output unit sees, if it has two hidden units: the rows at the outputs of those, and a verdict.
 * @param {Training} training
 */
export function seen({output, right}) {
  const places = output.inputs;
  const can = canSeparate([places[1], places[2]], [places[0], places[3]]);
  return {places, words: right === 4 ? "this line separates them" : can ? "a line could separate them" : "no line separates them"};
}

/** The plane of two hidden units: the four rows, the sides of the output unit, and its border. */
function makeHidden() {
  const [left, top, side] = [26, 26, 120];
  const [half, border] = [svg("path", {class: "fig-fill-tint-blue"}), svg("path", {class: "fig-stroke-blue", "stroke-width": 2.2})];
  const dots = INPUTS.map(([a, b], row) => svg("circle", {
    r: 5.5, class: TARGETS[row][0] ? "fig-fill-blue fig-stroke-paper" : "fig-fill-paper fig-stroke-ink", "stroke-width": 1.6, "data-row": `${a}${b}`,
  }));
  const rings = INPUTS.map(() => svg("circle", {r: 9.5, class: "fig-stroke-orange", fill: "none", "stroke-width": 2.2}));
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ anchor, /** @type {(Node | string)[]} */ ...words) =>
    svg("text", {x, y, "text-anchor": anchor}, ...words);
  const name = (/** @type {string} */ index) => [svg("tspan", {"font-style": "italic"}, "a"), index];
  const [bottom, end] = [top + side, left + side];
  const ticks = [...["middle", "middle"].map((anchor) => text(left, bottom + 15, anchor)), ...["end", "end"].map((anchor) => text(left - 5, bottom, anchor))];
  const verdict = text(end + 2, top - 10, "end");
  const element = svg("svg", {viewBox: "0 0 150 190", role: "img", class: "widget-xor-hidden"},
    half, svg("rect", {x: left, y: top, width: side, height: side, class: "fig-stroke-muted", fill: "none"}), border, ...rings, ...dots,
    svg("g", {class: "fig-fill-muted"}, ...ticks, text((left + end) / 2, bottom + 15, "middle", ...name("₁")), text(left - 5, top + side / 2 + 4, "end", ...name("₂"))),
    svg("g", {class: "fig-fill-ink"}, verdict));
  /** @param {Training} training */
  const draw = (training) => {
    const {output, rights, setting: {activation, width}, exploded} = training;
    element.classList.toggle("widget-none", width !== 2 || exploded);
    if (width !== 2 || exploded) return;
    const {places, words} = seen(training);
    const most = activation === "relu" ? next([1, 2, 4, 8, 16, 32, 64, 1e3, 1e6], Math.max(...places.flat())) : 1;
    const least = activation === "tanh" ? -1 : 0;
    const margin = 0.1 * (most - least);
    const span = most - least + 2 * margin;
    const at = (/** @type {number[]} */ [a1, a2]) => [left + ((a1 - least + margin) / span) * side, bottom - ((a2 - least + margin) / span) * side];
    const [low, high] = [least - margin, most + margin];
    const [[v1, v2], c] = [output.weight[0], output.bias[0]];
    const corners = [[low, low], [high, low], [high, high], [low, high]].map(([a1, a2]) => ({place: [a1, a2], z: v1 * a1 + v2 * a2 + c}));
    /** @type {number[][]} */
    const above = []; // the corners of the part where z is above 0
    /** @type {number[][]} */
    const ends = []; // of the border
    corners.forEach(({place, z}, k) => {
      const other = corners[(k + 1) % 4];
      if (z > 0) above.push(at(place));
      if (z > 0 === other.z > 0) return;
      const part = z / (z - other.z);
      ends.push(at(place.map((value, i) => value + part * (other.place[i] - value))));
      above.push(ends[ends.length - 1]);
    });
    const path = (/** @type {number[][]} */ points) => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    set(half, {d: path(above)});
    set(border, {d: path(ends)});
    places.forEach((place, row) => {
      const [cx, cy] = at(place).map((value) => value.toFixed(1));
      set(dots[row], {cx, cy});
      set(rings[row], {cx, cy});
      rings[row].classList.toggle("widget-none", rights[row]);
    });
    [least, most, least, most].forEach((value, k) => {
      const [x, y] = at([value, value]);
      ticks[k].textContent = show(value);
      set(ticks[k], k < 2 ? {x} : {y: y + 4});
    });
    verdict.textContent = words;
    const rows = INPUTS.map(([a, b], row) => `(${a}, ${b}) at (${places[row].map((one) => show(one, 2)).join(", ")})`);
    set(element, {"aria-label": `The plane of the two hidden units, ${words}. The inputs ${rows.join(", ")}.`});
  };
  return {element, draw};
}

/** The weights, one row for each hidden unit, as numbers and as tints. */
function makeWeights() {
  const head = html("tr");
  const body = html("tbody");
  const element = html("table", {class: "widget-table widget-xor-weights", id: "widget-xor-weights", hidden: true}, html("thead", {}, head), body);
  /** @type {[HTMLElement, HTMLOutputElement, () => number, string][]} */
  let cells = [];
  const cell = (/** @type {string} */ name, /** @type {() => number} */ value) => {
    const output = html("output", {"aria-live": "off", "data-name": name});
    const td = html("td", {}, output);
    cells.push([td, output, value, ""]);
    return td;
  };
  const row = (/** @type {(Node | string)[]} */ words, /** @type {Node[]} */ ...tds) =>
    html("tr", {}, html("th", {scope: "row"}, ...words), ...tds);
  /** @param {Training} training */
  const take = ({hidden, output}) => {
    cells = [];
    const weight = output.weight[0];
    const heads = hidden ? ["from x₁", "from x₂", "bias", "to output"] : ["from x₁", "from x₂", "bias"];
    head.replaceChildren(html("td"), ...heads.map((words) => html("th", {scope: "col"}, words)));
    if (!hidden) {
      body.replaceChildren(row(["output"], cell("v-1", () => weight[0]), cell("v-2", () => weight[1]), cell("c", () => output.bias[0])));
      return;
    }
    body.replaceChildren(
      ...hidden.weight.map((weights, unit) => row([`unit ${unit + 1}`], cell(`w-${unit + 1}-1`, () => weights[0]), cell(`w-${unit + 1}-2`, () => weights[1]),
        cell(`b-${unit + 1}`, () => hidden.bias[unit]), cell(`v-${unit + 1}`, () => weight[unit]))),
      row(["output"], html("td"), html("td"), cell("c", () => output.bias[0]), html("td")));
  };
  const write = () => {
    if (element.hidden) return;
    for (const one of cells) {
      const [td, output, value] = one;
      const number = value();
      const text = show(number, 3);
      if (text === one[3]) continue;
      one[3] = text;
      output.textContent = text;
      td.classList.toggle("widget-xor-below", number < 0);
      td.style.setProperty("--part", (Math.min(1, Math.abs(number) / 6) || 0).toFixed(2));
    }
  };
  return {element, take, write};
}

/** The plane with the probability at each point, and a line with the step and the loss: on the start page too. */
export function makeView() {
  const canvas = html("canvas", {class: "widget-xor-canvas", tabindex: "0", role: "img", "aria-label": "The plane of the two inputs."});
  const plane = new Plane(canvas);
  const outputs = INPUTS.map(([a, b]) => html("output", {"aria-live": "off", class: `widget-xor-p widget-xor-p${a}${b}`, "data-name": `p${a}${b}`}));
  const [step, loss] = ["step", "loss"].map((name) => html("output", {"aria-live": "off", "data-name": name}));
  const axes = [["x1", "x₁"], ["x2", "x₂"], ["x1-0", "0"], ["x1-1", "1"], ["x2-0", "0"], ["x2-1", "1"]].map(([name, words]) =>
    html("span", {class: `widget-xor-${name}`}, ...(words[1] ? [html("i", {}, words[0]), words[1]] : [words])));
  return {
    canvas, plane,
    element: html("div", {class: "widget-xor-plane"}, html("div", {class: "widget-xor-view"}, canvas, ...outputs), ...axes),
    title: html("p", {class: "widget-xor-title"}, "step ", step, html("span", {}, "loss ", loss)),
    /** Say in numbers how it stands. @param {Training} training @param {string} [more] */
    write(training, more = "") {
      const {probabilities} = training;
      step.textContent = training.steps.toLocaleString("en");
      loss.textContent = show(training.loss, 4);
      probabilities.forEach((probability, row) => (outputs[row].textContent = show(probability, 3)));
      canvas.setAttribute("aria-label", `The plane of the two inputs. Probability of a 1: ${INPUTS.map(([a, b], row) => `${show(probabilities[row], 3)} at (${a}, ${b})`).join(", ")}.${more}`);
    },
  };
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const seeds = {min: 0, max: 999999, whole: true};
  const rates = {above: 0, max: 100};
  /** @type {Setting} */
  let setting = {
    seed: asked(state, "seed", 0, seeds),
    width: asked(state, "width", 8, {min: 0, max: MOST_UNITS, whole: true}),
    activation: Object.hasOwn(ACTIVATIONS, state.activation) ? state.activation : "tanh",
    lr: asked(state, "lr", 0.5, rates),
  };
  let goal = asked(state, "steps", 2000, {min: 0, max: MOST_STEPS, whole: true}); // learn up to here at once
  let speed = 200; // steps a second
  let training = new Training(setting);
  let isReady = false; // what stands there before anything was touched needs no address
  let isRunning = false;
  let owed = 0; // steps that a run has not taken yet
  let before = 0; // when the last frame was
  let drawn = 0; // when the plane was drawn
  let cost = 0; // how long that took
  let written = -PAUSE; // when the numbers were
  /** @type {Map<number, boolean>} */
  let tried = new Map(); // the seeds of this setting, and whether they solved it

  const view = makeView();
  const {canvas, plane} = view;
  const curve = makeCurve();
  const network = makeNetwork();
  const hidden = makeHidden();
  const legend = html("p", {class: "widget-xor-probe"});
  const weights = makeWeights();
  const numbers = button("The weights as numbers", () => {
    weights.element.hidden = !weights.element.hidden;
    numbers.setAttribute("aria-expanded", String(!weights.element.hidden));
    weights.write();
  }, {"aria-expanded": "false", "aria-controls": "widget-xor-weights", "data-name": "numbers"});
  const says = sentence(signal);
  const record = html("p", {class: "widget-xor-tried"});
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);
  const refuseInput = (/** @type {string} */ words) => {
    run(false);
    refuse(words);
  };
  const probe = html("p", {class: "widget-xor-probe", "data-name": "probe"}, "\u00a0");

  const activations = choice({
    legend: "Activation", value: setting.activation, options: {tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid"},
    change: (activation) => take({activation}),
  });
  const width = numberControl({
    label: "hidden units", name: "hidden units", value: setting.width, step: 1, min: 0, max: MOST_UNITS,
    limits: {min: 0, max: MOST_UNITS, whole: true}, refuse: refuseInput, change: (value) => take({width: value}),
  });
  const seed = numberControl({
    label: "seed", name: "seed", value: setting.seed, step: 1, slider: false, limits: seeds,
    refuse: refuseInput, change: (value) => take({seed: value}),
  });
  const another = button("Another seed", () => {
    take({seed: setting.seed < seeds.max ? setting.seed + 1 : 0});
    seed.write(setting.seed);
    run(true);
  }, {"data-name": "another"});
  const rate = numberControl({
    label: html("i", {}, "η"), name: "η", value: setting.lr, step: 0.1, slider: false, limits: rates, refuse: refuseInput,
    change: (value) => {
      aim(value);
      take({lr: value});
    },
  });
  const slider = html("input", {
    type: "range", class: "widget-range", min: "0", max: String(RATES.length - 1), step: "1", "aria-label": "η, as a slider", "data-name": "η",
    input: () => {
      const value = RATES[Number(slider.value)];
      slider.setAttribute("aria-valuetext", show(value));
      rate.write(value);
      refuse("");
      take({lr: value});
    },
  });
  rate.element.classList.remove("widget-control-field");
  rate.element.insertBefore(html("span", {class: "widget-slider"}, slider), rate.field);
  /** Put the slider to the nearest of its rates. @param {number} value */
  const aim = (value) => {
    const far = RATES.map((one) => Math.abs(Math.log(one / value)));
    slider.value = String(far.indexOf(Math.min(...far)));
    slider.setAttribute("aria-valuetext", show(value));
  };
  aim(setting.lr);

  const runButton = button("Run", () => run(!isRunning), {"data-name": "run"});
  const stepButton = button("Step", () => {
    run(false);
    isReady = true;
    if (!isAtEnd()) goal = training.steps + 1;
    paint();
  }, {"data-name": "step-button"});
  const resetButton = button("Back to the start", () => {
    run(false);
    take({});
  }, {"data-name": "reset"});
  const speeds = choice({
    legend: "Steps a second", value: String(speed), options: {20: "20", 200: "200", 2000: "2,000"},
    change: (chosen) => (speed = Number(chosen)),
  });

  const paint = painter(canvas, (now) => {
    if (isRunning) {
      owed += (speed * Math.min(now - before, 100)) / 1000;
      goal = Math.min(MOST_STEPS, Math.max(goal, training.steps) + Math.floor(owed));
      owed %= 1;
    }
    before = now;
    const until = performance.now() + SLICE;
    while (training.steps < goal && !training.exploded && performance.now() < until) training.step();
    if (isRunning) goal = training.steps; // a slow computer owes nothing
    if (isRunning && (training.exploded || training.steps >= MOST_STEPS)) {
      run(false);
      isAtEnd();
    }
    const isOn = isRunning || (training.steps < goal && !training.exploded);
    if (!isOn || now - drawn >= 2 * cost) { // a slow computer draws the plane less often
      const began = performance.now();
      plane.draw(training, !isOn);
      curve.draw(training);
      hidden.draw(training);
      cost = performance.now() - began;
      drawn = now;
    }
    if (!isOn || now - written >= PAUSE) write(now);
    if (isOn) paint();
  }, signal);

  /** Whether it cannot go on; then it says so. */
  function isAtEnd() {
    if (training.exploded) refuse("It cannot go on from here. Go back to the start.");
    else if (training.steps >= MOST_STEPS) refuse(`These were ${MOST_STEPS.toLocaleString("en")} steps. Go back to the start, or try another seed.`);
    return training.exploded || training.steps >= MOST_STEPS;
  }

  /** @param {boolean} wanted */
  function run(wanted) {
    isRunning = wanted && !isAtEnd();
    if (wanted) isReady = true;
    runButton.textContent = isRunning ? "Pause" : "Run";
    before = performance.now();
    goal = training.steps;
    owed = 0;
    paint();
  }

  /** Begin anew with what was chosen. @param {Partial<Setting>} chosen */
  function take(chosen) {
    const isOther = ["width", "activation", "lr"].some((key) => key in chosen && /** @type {any} */ (chosen)[key] !== /** @type {any} */ (setting)[key]);
    if (isOther) tried = new Map();
    setting = {...setting, ...chosen};
    training = new Training(setting);
    goal = 0;
    owed = 0;
    isReady = true;
    written = -PAUSE;
    refuse("");
    drawNetwork();
    paint();
  }

  /** Draw the network that was chosen, and say what is beside it. */
  function drawNetwork() {
    network.take(training);
    weights.take(training);
    legend.textContent = `Wide: a large weight. Blue: above 0, orange: below. ${setting.width === 2
      ? "On the right: what the output unit sees." : "In each unit: what it makes of the plane."}`;
  }

  /** Say in numbers and words how it stands. @param {number} now */
  function write(now) {
    written = now;
    view.write(training, " Arrow keys ask for other places.");
    network.write();
    weights.write();
    const [judged, why, isWarning] = verdict(training);
    says.say(judged, why, isWarning);
    if (training.right === 4 || judged.startsWith("Stuck")) tried.set(setting.seed, training.right === 4);
    const list = (/** @type {boolean} */ wanted) => [...tried].slice(-10).filter(([, solved]) => solved === wanted).map(([one]) => one).join(", ");
    const [solved, stuck] = [list(true), list(false)];
    if (!isReady) record.textContent = "Predict: with two hidden units, how many of ten seeds solve it? Then try.";
    else record.textContent = `Seeds tried so far with this setting: ${[solved && `${solved} solved it`, stuck && `${stuck} got stuck`].filter(Boolean).join("; ") || "none to the end"}.`;
    ask();
    if (isReady) share({...setting, steps: training.steps});
  }

  function ask() {
    if (!plane.probe) {
      probe.textContent = "Point at a place to ask about it.";
      return;
    }
    const [x1, x2] = plane.probe;
    const p = sigmoid(training.ask([plane.probe])[0]);
    probe.textContent = `At (${show(x1, 2)}, ${show(x2, 2)}) the probability of a 1 is ${show(p, 3)}.`;
  }

  /** @param {number} x1 @param {number} x2 */
  function point(x1, x2) {
    plane.probe = [x1, x2].map((value) => Math.round(Math.min(HIGH, Math.max(LOW, value)) * 100) / 100);
    ask();
    paint();
  }
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    point(LOW + ((HIGH - LOW) * (event.clientX - box.left)) / box.width, HIGH - ((HIGH - LOW) * (event.clientY - box.top)) / box.height);
  };
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerdown", follow);
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = {ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05]}[event.key];
    if (!by) return;
    event.preventDefault();
    const [x1, x2] = plane.probe ?? [0.5, 0.5];
    point(x1 + by[0], x2 + by[1]);
  });

  element.append(html("div", {class: "widget-body widget-xor"},
    html("div", {class: "widget-row"}, activations, width.element),
    html("div", {class: "widget-row"}, html("div", {class: "widget-xor-seed"}, seed.element, another), rate.element),
    html("div", {class: "widget-row"}, runButton, stepButton, resetButton, html("div", {class: "widget-xor-speed"}, html("span", {"aria-hidden": "true"}, "steps a second"), speeds)),
    html("div", {class: "widget-xor-stage"},
      html("div", {class: "widget-xor-left"},
        html("p", {class: "widget-xor-title"}, "probability of a 1"),
        view.element,
        html("p", {class: "widget-xor-probe"}, "Line: one half. Dashed: where a unit’s ", html("i", {}, "z"), " is 0."), probe),
      html("div", {}, view.title, curve.element),
      html("div", {class: "widget-xor-room"}, html("div", {class: "widget-xor-drawings"}, network.element, hidden.element), legend, numbers, weights.element),
      html("div", {class: "widget-xor-says"}, says.element, record, message))));
  drawNetwork();
  onLook(canvas, () => {
    plane.look();
    paint();
  }, signal);
}
