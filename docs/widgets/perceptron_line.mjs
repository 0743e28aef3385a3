// @ts-check
/** Lesson perceptron: a line to drag, the half-plane beside it, and one sum, term by term. */

import {Linear} from "./network.mjs";
import {asked, choice, drags, html, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";

/** @typedef {[number, number]} Point  x₁ and x₂ */

/** @type {Point[]} */
export const POSITIONS = [[0, 0], [0, 1], [1, 0], [1, 1]];
/** @type {Record<string, number[]>} */
export const TARGETS = {AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], XOR: [0, 1, 1, 0]};

/** The weighted sum, one for each point. @param {Point} weights @param {number} bias @param {Point[]} points */
export function sums(weights, bias, points) {
  const layer = new Linear(2, 1);
  layer.weight = [weights];
  layer.bias = [bias];
  return layer.forward(points).map(([z]) => z);
}

/** @param {number} z */
export const step = (z) => (z > 0 ? 1 : 0);

/**
 * The corners of the part of a square where z is above 0.
 * @param {Point} weights @param {number} bias @param {number} low @param {number} high
 */
export function halfPlane(weights, bias, low, high) {
  /** @type {Point[]} */
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  const z = sums(weights, bias, corners);
  return corners.flatMap((corner, index) => {
    const after = (index + 1) % 4;
    const kept = z[index] > 0 ? [corner] : [];
    if (step(z[index]) === step(z[after])) return kept;
    const part = z[index] / (z[index] - z[after]);
    return [...kept, [corner[0] + part * (corners[after][0] - corner[0]), corner[1] + part * (corners[after][1] - corner[1])]];
  });
}

/**
 * The point of the line that is nearest to another point; null if there is no line.
 * @param {Point} weights @param {number} bias @param {Point} point @returns {Point | null}
 */
export function nearest([w1, w2], bias, [x1, x2]) {
  const size = w1 * w1 + w2 * w2;
  if (size === 0) return null;
  const far = (w1 * x1 + w2 * x2 + bias) / size;
  return [x1 - far * w1, x2 - far * w2];
}

/**
 * Say how a perceptron does what is asked of it: the verdict, the rest, and whether it is a warning.
 * @param {string} aim @param {Point} weights @param {number} bias @returns {[string, string, boolean]}
 */
export function verdict(aim, weights, bias) {
  const outputs = sums(weights, bias, POSITIONS).map(step);
  const wrong = POSITIONS.filter((_, index) => outputs[index] !== TARGETS[aim][index]);
  const places = wrong.map(([x1, x2]) => `(${x1}, ${x2})`).join(wrong.length === 2 ? " and " : ", ");
  const judged = wrong.length ? `For ${aim}, ${4 - wrong.length} of 4 are right; wrong at ${places}.` : `This is ${aim}: all four are right.`;
  if (weights[0] === 0 && weights[1] === 0) {
    return [judged, `Both weights are 0, so there is no line: z is ${show(bias)} and the output ${step(bias)} everywhere.`, true];
  }
  const tried = aim === "XOR" && wrong.length === 1 ? "More than 3 of 4 no line ever gets." : "";
  return [judged, tried, false];
}

const LOW = -0.45;
const HIGH = 1.75;
const SIZE = 400; // of the picture, in its own units
const EDGE = 34; // for the numbers along it
const UNIT = (SIZE - EDGE - 6) / (HIGH - LOW);
const CROSS = "M-19 0h7M12 0h7M0 -19v7M0 12v7";
const ARROW = 0.3; // the length of the arrow for a weight of 1

const toX = (/** @type {number} */ x1) => EDGE + (x1 - LOW) * UNIT;
const toY = (/** @type {number} */ x2) => 6 + (HIGH - x2) * UNIT;
const back = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {Point} */ ([LOW + (x - EDGE) / UNIT, HIGH - (y - 6) / UNIT]);
const grain = (/** @type {number} */ value, to = 0.05) => Number((Math.round(value / to) * to).toFixed(2));
const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) => Math.min(high, Math.max(low, value));

/** What is said of what lies under the pointer. @type {Record<string, string>} */
const HINTS = {
  "": "Drag the line, the arrow w or the input.", line: "The line: drag it, and b changes.", arrow: "The arrow w: drag it, and the line turns.",
  input: "The input: drag it.", plane: "Press to put the input here.",
};

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const weightSpan = {min: -3, max: 3};
  const biasSpan = {min: -4, max: 4};
  const inputSpan = {min: -0.4, max: 1.7};
  /** @type {Point} */
  let weights = [asked(state, "w1", 1, weightSpan), asked(state, "w2", 1, weightSpan)];
  let bias = asked(state, "b", -1.5, biasSpan);
  /** @type {Point} */
  let input = [asked(state, "x1", 1, inputSpan), asked(state, "x2", 1, inputSpan)];
  let aim = Object.hasOwn(TARGETS, state.aim) ? state.aim : "AND";
  let isReady = false;

  const side = svg("polygon", {class: "fig-fill-tint-blue"});
  const line = svg("line", {class: "fig-stroke-blue", "stroke-width": 3, "stroke-linecap": "round"});
  const arrow = svg("line", {class: "fig-stroke-blue", "stroke-width": 2});
  const head = svg("path", {class: "fig-fill-blue", d: "M0 0L-11 -5.5L-11 5.5Z"});
  const knob = svg("circle", {class: "fig-fill-blue widget-halo", r: 6, "fill-opacity": 0.25});
  const letter = svg("text", {class: "fig-fill-blue fig-halo", "font-style": "italic", "text-anchor": "middle"}, "w");
  const words = ["output 1", "output 0"].map((text, index) => svg("text", {class: `fig-halo ${index ? "" : "fig-fill-blue"}`, "font-weight": "bold", "text-anchor": "middle"}, text));
  const dots = POSITIONS.map(([x1, x2]) => ({
    ring: svg("circle", {cx: toX(x1), cy: toY(x2), r: 15, fill: "none", class: "fig-stroke-orange", "stroke-width": 2, "stroke-dasharray": "4 3"}),
    dot: svg("circle", {cx: toX(x1), cy: toY(x2), r: 8, "stroke-width": 2}),
  }));
  const cross = svg("g", {class: "fig-stroke-ink", fill: "none", "stroke-width": 1.6},
    svg("circle", {r: 12}), svg("path", {d: CROSS}));
  const plane = svg("svg", {x: EDGE, y: 6, width: SIZE - EDGE - 6, height: SIZE - EDGE - 6, viewBox: `${EDGE} 6 ${SIZE - EDGE - 6} ${SIZE - EDGE - 6}`},
    svg("rect", {x: EDGE, y: 6, width: "100%", height: "100%", class: "fig-fill-tint", "fill-opacity": 0.5}), side, line);
  const labels = [0, 1].flatMap((value) => [
    svg("text", {x: toX(value), y: SIZE - EDGE + 18, "text-anchor": "middle", class: "fig-fill-muted"}, String(value)),
    svg("text", {x: EDGE - 8, y: toY(value) + 5, "text-anchor": "end", class: "fig-fill-muted"}, String(value)),
  ]);
  const picture = svg("svg", {viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", class: "widget-plane", "font-size": 15, fill: "currentColor"},
    plane, ...labels,
    svg("text", {x: SIZE - 8, y: SIZE - EDGE + 18, "text-anchor": "end"}, "x₁"),
    svg("text", {x: EDGE - 8, y: 18, "text-anchor": "end"}, "x₂"),
    ...words, ...dots.flatMap(({ring, dot}) => [ring, dot]), arrow, head, knob, letter, cross);

  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ sentence_) => (message.textContent = sentence_);
  const outputs = Object.fromEntries(["w1", "w2", "b", "z", "step"].map((name) => [name, html("output", {"data-name": name})]));
  const worked = Object.fromEntries(["w1", "w2", "step"].map((name) => [name, html("span")]));
  const row = (/** @type {string} */ term, /** @type {Node | string} */ work, /** @type {string} */ name, sort = "") =>
    html("tr", {class: sort}, html("th", {scope: "row"}, term), html("td", {}, work), html("td", {}, outputs[name]));
  const table = html("table", {class: "widget-table"},
    html("caption", {}, "the sum at the input ", svg("svg", {viewBox: "-20 -20 40 40", class: "widget-icon fig-stroke-ink", fill: "none", "stroke-width": 3, "aria-hidden": "true"},
      svg("circle", {r: 12}), svg("path", {d: CROSS}))),
    html("tbody", {}, row("w₁ · x₁", worked.w1, "w1"), row("w₂ · x₂", worked.w2, "w2"), row("b", "", "b"),
      row("z", "their sum", "z", "widget-total"), row("step(z)", worked.step, "step")));

  const control = (/** @type {string} */ name, /** @type {number} */ value, /** @type {{min: number, max: number}} */ span, /** @type {(value: number) => void} */ take, slider = true) =>
    numberControl({label: html("i", {}, name), name, value, step: slider ? 0.05 : 0.1, ...span, slider, refuse, change: (number) => {
      take(number);
      update();
    }});
  const controls = {
    w1: control("w₁", weights[0], weightSpan, (value) => (weights = [value, weights[1]])),
    w2: control("w₂", weights[1], weightSpan, (value) => (weights = [weights[0], value])),
    b: control("b", bias, biasSpan, (value) => (bias = value)),
    x1: control("x₁", input[0], inputSpan, (value) => (input = [value, input[1]]), false),
    x2: control("x₂", input[1], inputSpan, (value) => (input = [input[0], value]), false),
  };
  const aims = choice({legend: "Lamp", options: {AND: "AND", OR: "OR", XOR: "XOR"}, value: aim, change: (chosen) => {
    aim = chosen;
    update();
  }});

  /** Where the arrow of the weights begins and ends. */
  const arrowAt = () => {
    const foot = nearest(weights, bias, [1.15, 0.35]);
    return foot && {foot, tip: /** @type {Point} */ ([foot[0] + ARROW * weights[0], foot[1] + ARROW * weights[1]])};
  };

  /** What lies at a place: the nearest of what can be dragged, though it be missed by a little. @param {number} x @param {number} y @param {number} reach */
  function under(x, y, reach) {
    const far = (/** @type {Point} */ point) => Math.hypot(toX(point[0]) - x, toY(point[1]) - y);
    const pressed = back(x, y);
    const on = nearest(weights, bias, pressed);
    if (far(input) < reach) return "input";
    if (far(arrowAt()?.tip ?? [Infinity, 0]) < reach) return "arrow";
    if (on && far(on) < reach * 1.5) return "line";
    return pressed.every((value) => value > LOW && value < HIGH) ? "plane" : "";
  }
  const hint = html("p", {class: "widget-hint", "data-name": "hint"}, HINTS[""]);

  drags(picture, (x, y, reach) => {
    const what = under(x, y, reach);
    if (what === "arrow") return turn(/** @type {any} */ (arrowAt()).foot);
    return what === "line" ? shift : what ? moveInput : null;
  }, (x, y, reach) => {
    const what = under(x, y, reach);
    picture.setAttribute("data-under", what);
    hint.textContent = HINTS[what];
  });

  /** @param {number} x @param {number} y */
  function moveInput(x, y) {
    const snap = (/** @type {number} */ value) => (Math.abs(value - Math.round(value)) < 0.06 ? Math.round(value) : grain(value));
    input = /** @type {Point} */ (back(x, y).map((value) => clamp(snap(value), inputSpan.min, inputSpan.max)));
    written();
  }

  /** Pull the line to where the pointer is, without turning it. @param {number} x @param {number} y */
  function shift(x, y) {
    const [x1, x2] = back(x, y);
    bias = clamp(grain(-(weights[0] * x1 + weights[1] * x2)), biasSpan.min, biasSpan.max);
    written();
  }

  /** Pull the arrow's tip: new weights, and a line through the same foot. @param {Point} foot */
  function turn(foot) {
    return (/** @type {number} */ x, /** @type {number} */ y) => {
      const tip = back(x, y);
      weights = /** @type {Point} */ ([0, 1].map((k) => clamp(grain((tip[k] - foot[k]) / ARROW), weightSpan.min, weightSpan.max)));
      bias = clamp(grain(-(weights[0] * foot[0] + weights[1] * foot[1]), 0.01), biasSpan.min, biasSpan.max);
      written();
    };
  }

  /** Something was dragged: the fields say so too. */
  function written() {
    const {w1, w2, b, x1, x2} = controls;
    [w1, w2, b, x1, x2].forEach((control, k) => control.write([...weights, bias, ...input][k]));
    refuse("");
    update();
  }

  const paint = painter(picture, () => {
    const corners = halfPlane(weights, bias, LOW, HIGH);
    set(side, {points: corners.map(([x1, x2]) => `${toX(x1)},${toY(x2)}`).join(" ")});
    const place = arrowAt();
    for (const part of [line, arrow, head, knob, letter]) part.style.display = place ? "" : "none";
    if (place) {
      const {foot, tip} = place;
      const length = Math.hypot(...weights);
      const [along, across] = [-weights[1] / length, weights[0] / length];
      set(line, {x1: toX(foot[0] - 4 * along), y1: toY(foot[1] - 4 * across), x2: toX(foot[0] + 4 * along), y2: toY(foot[1] + 4 * across)});
      const [x, y] = [toX(tip[0]), toY(tip[1])];
      set(arrow, {x1: toX(foot[0]), y1: toY(foot[1]), x2: x - (8 * weights[0]) / length, y2: y + (8 * weights[1]) / length});
      set(head, {transform: `translate(${x} ${y}) rotate(${(-Math.atan2(weights[1], weights[0]) * 180) / Math.PI})`});
      set(knob, {cx: x, cy: y});
      set(letter, {x: x + (16 * weights[0]) / length, y: y - (16 * weights[1]) / length + 5});
    }
    const z = sums(weights, bias, POSITIONS);
    dots.forEach(({ring, dot}, index) => {
      set(dot, {class: step(z[index]) ? "fig-fill-blue fig-stroke-blue" : "fig-fill-paper fig-stroke-ink"});
      ring.style.display = step(z[index]) === TARGETS[aim][index] ? "none" : "";
    });
    // The words stand in the corners of the map that are deepest on their side.
    const corner = /** @type {Point[]} */ ([[1.38, 1.58], [-0.08, -0.32], [1.38, -0.32], [-0.08, 1.58]]);
    const depth = sums(weights, bias, corner);
    words.forEach((text, index) => {
      const signed = depth.map((value) => (index ? -value : value));
      const best = signed.indexOf(Math.max(...signed));
      text.style.display = signed[best] > 0 || (index === 1 && signed[best] === 0) ? "" : "none";
      set(text, {x: toX(corner[best][0]), y: toY(corner[best][1]) + 5});
    });
    set(cross, {transform: `translate(${toX(input[0])} ${toY(input[1])})`});
  }, signal);

  function update() {
    const [z] = sums(weights, bias, [input]);
    const product = (/** @type {number} */ k) => `${show(weights[k])} · ${show(input[k])}`;
    worked.w1.textContent = product(0);
    worked.w2.textContent = product(1);
    worked.step.textContent = z > 0 ? "above 0" : "not above 0";
    outputs.w1.textContent = show(weights[0] * input[0]);
    outputs.w2.textContent = show(weights[1] * input[1]);
    outputs.b.textContent = show(bias);
    outputs.z.textContent = show(z);
    outputs.step.textContent = String(step(z));
    const [judged, rest, isWarning] = verdict(aim, weights, bias);
    says.say(judged, rest, isWarning);
    const answers = sums(weights, bias, POSITIONS).map((each, index) => `${step(each)} at (${POSITIONS[index].join(", ")})`);
    picture.setAttribute("aria-label", `The plane of the two inputs, and the line on which ${show(weights[0])} x₁ + ${show(weights[1])} x₂ + ${show(bias)} is 0. The output is ${answers.join(", ")}.`);
    if (isReady) share({w1: weights[0], w2: weights[1], b: bias, x1: input[0], x2: input[1], aim});
    paint();
  }

  element.append(html("div", {class: "widget-body"},
    html("div", {class: "widget-row"}, aims, hint),
    html("div", {class: "widget-stage"}, picture,
      html("div", {class: "widget-moves"}, html("div", {class: "widget-row"}, controls.w1.element, controls.w2.element, controls.b.element)),
      html("div", {class: "widget-side"}, table, html("div", {class: "widget-row"}, controls.x1.element, controls.x2.element))),
    says.element, message));
  update();
  isReady = true;
}
