// @ts-check
/** Lesson xor-by-hand: a hidden layer with chosen weights takes the plane, and folds it unit by unit. */

import {Linear, ReLU} from "./network.mjs";
import {asked, button, choice, html, isCalm, numberControl, onLook, painter, sentence, set, show, svg} from "./widget.mjs";

/**
 * @typedef {number[]} Point
 * @typedef {{w11: number, w12: number, b1: number, w21: number, w22: number, b2: number, v1: number, v2: number, c: number}} Weights
 * @typedef {{move: number, bend1: number, bend2: number}} Fold  each from 0 to 1
 */

export const POINTS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const LIT = [false, true, true, false];
const HALF = 0.5; // an answer above it is a 1
const [LOW, HIGH] = [-0.5, 1.5]; // the part of the plane of the inputs that is shown

/** @type {Record<string, Weights>} */
export const CHOICES = {
  lesson: {w11: 1, w12: 1, b1: 0, w21: 1, w22: 1, b2: -1, v1: 1, v2: -2, c: 0},
  wide: {w11: 1, w12: -1, b1: 0, w21: -0.5, w22: 1, b2: 0, v1: 2, v2: 2, c: -1},
};
const KEYS = /** @type {(keyof Weights)[]} */ (Object.keys(CHOICES.lesson));

/**
 * The network, part of the way: with `move` 0 each hidden unit passes on one input, with 1 it has
 * its weights; with `bend` 0 a unit is straight, with 1 it is a ReLU.
 * @param {Weights} weights @param {Fold} fold
 */
export function makeNetwork({w11, w12, b1, w21, w22, b2, v1, v2, c}, {move, bend1, bend2}) {
  const [hidden, output, relu] = [new Linear(2, 2), new Linear(2, 1), new ReLU()];
  const blend = (/** @type {number} */ from, /** @type {number} */ to) => (1 - move) * from + move * to;
  hidden.weight = [[blend(1, w11), blend(0, w12)], [blend(0, w21), blend(1, w22)]];
  hidden.bias = [blend(0, b1), blend(0, b2)];
  output.weight = [[v1, v2]];
  output.bias = [c];
  const bends = [bend1, bend2];
  /** Where the hidden layer takes points. @param {Point[]} points */
  const place = (points) => {
    const sums = hidden.forward(points);
    return relu.forward(sums).map((bent, row) => bent.map((a, j) => (1 - bends[j]) * sums[row][j] + bends[j] * a));
  };
  /** The answers for places in the hidden plane. @param {Point[]} places */
  const answer = (places) => output.forward(places).map(([answered]) => answered);
  /** The z of a hidden unit. @param {Point} point @param {number} unit */
  const sum = (point, unit) => hidden.forward([point])[0][unit];
  return {place, answer, sum, hidden, output};
}

/**
 * Whether a straight line can part the two lit places from the two dark ones: just if the
 * stretches between the two of each kind have no point in common.
 * @param {Point[]} places  of the four POINTS
 */
export function isSeparable([dark1, lit1, lit2, dark2]) {
  const cross = (/** @type {Point} */ o, /** @type {Point} */ p, /** @type {Point} */ q) =>
    (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
  const tiny = 1e-9;
  const side = (/** @type {number} */ value) => (Math.abs(value) < tiny ? 0 : Math.sign(value));
  const isOn = (/** @type {Point} */ p, /** @type {Point} */ from, /** @type {Point} */ to) => side(cross(from, to, p)) === 0
    && [0, 1].every((k) => p[k] >= Math.min(from[k], to[k]) - tiny && p[k] <= Math.max(from[k], to[k]) + tiny);
  if (isOn(lit1, dark1, dark2) || isOn(lit2, dark1, dark2) || isOn(dark1, lit1, lit2) || isOn(dark2, lit1, lit2)) return false;
  return !(side(cross(lit1, lit2, dark1)) * side(cross(lit1, lit2, dark2)) < 0
    && side(cross(dark1, dark2, lit1)) * side(cross(dark1, dark2, lit2)) < 0);
}

/** A point as the lesson writes it. @param {Point} point */
const named = (point) => `(${point.map((value) => show(value)).join(", ")})`;

/**
 * Say whether the line parts the four places: the verdict, the reasons, and whether it is a warning.
 * @param {Weights} weights @param {Fold} fold
 * @returns {[string, string, boolean]}
 */
export function verdict(weights, fold) {
  const network = makeNetwork(weights, fold);
  const places = network.place(POINTS);
  const rights = network.answer(places).map((answer, row) => answer > HALF + 1e-9 === LIT[row]);
  const right = rights.filter(Boolean).length;
  const wrong = POINTS.filter((_, row) => !rights[row]).map(named).join(" and ");
  const isStraight = fold.bend1 === 0 && fold.bend2 === 0;
  const isDone = fold.move === 1 && fold.bend1 === 1 && fold.bend2 === 1;
  const way = isDone ? "" : isStraight ? " No unit bends yet." : " The fold is not finished.";
  if (right === 4) return ["All four are right: this is XOR.", `One straight line parts the places of (0, 1) and (1, 0) from the other two.${way}`, false];
  const title = right === 0 ? "All four are wrong: this is XNOR." : `${right} of 4 right; wrong: ${wrong}.`;
  if (isSeparable(places)) return [title, `But now a line can part the lit from the dark: change the weights of the output.${way}`, true];
  const why = isStraight
    ? "No line can part the lit from the dark: without a bend, the middle between the two lit is always the middle between the two dark."
    : `No line can part the lit from the dark: the stretch between the two lit meets the stretch between the two dark.${way}`;
  return [title, why, true];
}

// Polygons, exactly: all is straight between the lines on which a z is 0.

/**
 * The part of a convex polygon in which `f`, straight across it, is at least 0.
 * @param {Point[]} polygon @param {(point: Point) => number} f
 */
export function clip(polygon, f) {
  /** @type {Point[]} */
  const kept = [];
  polygon.forEach((point, index) => {
    const after = polygon[(index + 1) % polygon.length];
    const [here, there] = [f(point), f(after)];
    if (here >= 0) kept.push(point);
    if (here >= 0 !== there >= 0) {
      const part = here / (here - there);
      kept.push(point.map((value, k) => value + part * (after[k] - value)));
    }
  });
  return kept;
}

/** The ends of a stretch, and between them the places where a z is 0. @param {Point} from @param {Point} to @param {{sum(point: Point, unit: number): number}} network */
function bends(from, to, {sum}) {
  const parts = [0, 1].map((unit) => {
    const [here, there] = [sum(from, unit), sum(to, unit)];
    return here > 0 === there > 0 ? 0 : here / (here - there);
  }).filter((part) => part > 0 && part < 1).sort((a, b) => a - b);
  return [0, ...parts, 1].map((part) => from.map((value, k) => value + part * (to[k] - value)));
}

const square = (/** @type {number} */ low, /** @type {number} */ high) => [[low, low], [high, low], [high, high], [low, high]];

/** The pieces of the plane in which the network is straight. @param {ReturnType<typeof makeNetwork>} network */
export function pieces(network) {
  /** @type {Point[][]} */
  let found = [square(LOW, HIGH)];
  for (const unit of [0, 1]) {
    found = found.flatMap((piece) => [1, -1].map((sign) => clip(piece, (point) => sign * network.sum(point, unit))));
  }
  return found.filter((piece) => piece.length > 2);
}

// How it looks

/** One of the two planes, in pixels. @param {string} name  for classes */
function makePlane(name) {
  const marks = svg("g", {class: "fig-fill-muted widget-fold-words"});
  const parts = Object.fromEntries(["answer", "grid", "sheet", "crease", "border", "axes", "dots"].map((key) => [key, svg("g", {class: `widget-fold-${key}`})]));
  const inside = svg("svg", {}, parts.answer, parts.axes, parts.grid, parts.sheet, parts.crease, parts.border);
  const element = svg("svg", {class: `widget-fold-plane widget-fold-${name}`}, inside, marks, parts.dots);
  const inset = {left: 20, right: 6, top: 6, bottom: 22};
  let [low, high, side] = [[0, 0], [1, 1], 1];
  const x = (/** @type {number} */ value) => inset.left + ((value - low[0]) / (high[0] - low[0])) * side;
  const y = (/** @type {number} */ value) => inset.top + side - ((value - low[1]) / (high[1] - low[1])) * side;
  const dot = (/** @type {Point} */ point) => `${x(point[0]).toFixed(2)} ${y(point[1]).toFixed(2)}`;
  /** @param {Point} from @param {Point} to  corners of a square that is shown */
  const aim = (from, to) => {
    [low, high] = [from, to];
    side = Math.max(1, element.clientWidth - inset.left - inset.right);
    const height = side + inset.top + inset.bottom;
    set(element, {viewBox: `0 0 ${element.clientWidth} ${height}`, height});
    set(inside, {x: inset.left, y: inset.top, width: side, height: side, viewBox: `${inset.left} ${inset.top} ${side} ${side}`});
    const text = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ what, /** @type {string} */ anchor) =>
      svg("text", {x: px, y: py, "text-anchor": anchor}, what);
    const whole = (/** @type {number} */ k) => {
      const every = Math.max(1, Math.ceil((high[k] - low[k]) / 8));
      return Array.from({length: Math.floor(high[k] / every) - Math.ceil(low[k] / every) + 1}, (_, index) => (Math.ceil(low[k] / every) + index) * every);
    };
    const foot = inset.top + side;
    marks.replaceChildren(...whole(0).filter((at) => x(at) < inset.left + side - 22).map((at) => text(x(at), foot + 16, show(at), "middle")),
      ...whole(1).filter((at) => y(at) > inset.top + 20).map((at) => text(inset.left - 6, y(at) + 4, show(at), "end")));
    const line = (/** @type {string} */ d) => svg("path", {class: "fig-stroke-muted", d});
    parts.axes.replaceChildren(line(`M${x(0)} ${inset.top}V${foot}`), line(`M${inset.left} ${y(0)}H${inset.left + side}`));
    const letter = name === "inputs" ? "x" : "a";
    const sub = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ index, /** @type {string} */ anchor) =>
      svg("text", {x: px, y: py, "text-anchor": anchor}, svg("tspan", {class: "widget-fold-letter"}, letter), index);
    marks.append(sub(inset.left + side, foot + 16, "₁", "end"), sub(inset.left - 6, inset.top + 10, "₂", "end"));
  };
  /** From pixels to the plane. @param {PointerEvent} event */
  const at = (event) => {
    const box = element.getBoundingClientRect();
    return [low[0] + ((event.clientX - box.left - inset.left) / side) * (high[0] - low[0]),
      low[1] + ((inset.top + side - event.clientY + box.top) / side) * (high[1] - low[1])];
  };
  const outline = (/** @type {Point[]} */ polygon) => `M${polygon.map(dot).join("L")}Z`;
  const path = (/** @type {Point[]} */ points) => `M${points.map(dot).join("L")}`;
  return {element, parts, aim, at, dot, x, y, outline, path, corners: () => [low, high]};
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const limits = {min: -5, max: 5};
  const part = {min: 0, max: 1};
  const start = Object.hasOwn(CHOICES, state.from) ? state.from : "lesson";
  let weights = /** @type {Weights} */ (Object.fromEntries(KEYS.map((key) => [key, asked(state, key, CHOICES[start][key], limits)])));
  /** @type {Fold} */
  let fold = {move: asked(state, "move", 1, part), bend1: asked(state, "bend1", 1, part), bend2: asked(state, "bend2", 1, part)};
  let isReady = false; // what stands there before anything was touched needs no address
  let began = 0; // when the folding began, 0 if it stands
  /** @type {Point | null} */
  let probe = null;

  const [inputs, folded] = [makePlane("inputs"), makePlane("hidden")];
  set(inputs.element, {tabindex: "0", role: "img"});
  set(folded.element, {role: "img"});
  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);
  const asks = html("p", {class: "widget-fold-probe", "data-name": "probe"}, "\u00a0");

  const fields = Object.fromEntries(KEYS.map((key) => {
    const [letter, index] = [key[0], key.slice(1).replace(/./g, (digit) => "₀₁₂"[Number(digit)])];
    return [key, numberControl({
      label: "", name: `${letter}${index}`, value: weights[key], step: 0.1, slider: false, limits, refuse,
      change: (value) => {
        weights = {...weights, [key]: value};
        update();
      },
    })];
  }));
  for (const {element: control} of Object.values(fields)) control.querySelector("label").remove();
  const term = (/** @type {string} */ letter, /** @type {string} */ index) => html("span", {}, html("i", {}, letter), index);
  const line = (/** @type {(Node | string)[]} */ ...cells) => html("div", {class: "widget-fold-line"}, ...cells);
  const formulas = html("div", {class: "widget-fold-formulas"},
    line(term("z", "₁ ="), fields.w11.element, term("x", "₁ +"), fields.w12.element, term("x", "₂ +"), fields.b1.element),
    line(term("z", "₂ ="), fields.w21.element, term("x", "₁ +"), fields.w22.element, term("x", "₂ +"), fields.b2.element),
    line(term("ŷ", " ="), fields.v1.element, term("a", "₁ +"), fields.v2.element, term("a", "₂ +"), fields.c.element));

  const slide = (/** @type {keyof Fold} */ key, /** @type {string} */ words) => {
    const control = numberControl({
      label: words, name: words, value: fold[key], step: 0.05, ...part, refuse,
      change: (value) => {
        began = 0;
        fold = {...fold, [key]: value};
        update();
      },
    });
    control.element.classList.add("widget-fold-slide");
    return control;
  };
  const slides = {move: slide("move", "weights"), bend1: slide("bend1", "ReLU 1"), bend2: slide("bend2", "ReLU 2")};
  const foldButton = button("Fold it", () => {
    isReady = true;
    refuse("");
    if (began) {
      began = 0;
      update();
      return;
    }
    began = performance.now();
    if (isCalm()) finish();
    else paint();
  }, {"data-name": "fold"});
  const unfold = button("Unfold", () => {
    began = 0;
    turn(0);
    update();
  }, {"data-name": "unfold"});
  const choices = choice({
    legend: "Weights", value: start, options: {lesson: "The lesson’s weights", wide: "Another fold"},
    change: (chosen) => {
      weights = {...CHOICES[chosen]};
      for (const key of KEYS) fields[key].write(weights[key]);
      refuse("");
      frame();
      update();
    },
  });

  const cells = POINTS.map((_, row) => Object.fromEntries(["a1", "a2", "y", "is"].map((key) => [key, html("output", {"data-name": `${key}-${POINTS[row].join("")}`})])));
  const table = html("table", {class: "widget-table widget-fold-table"},
    html("thead", {}, html("tr", {}, html("th", {scope: "col"}, "switches"), ...[["a", "₁"], ["a", "₂"], ["ŷ", ""]].map(([letter, index]) => html("th", {scope: "col"}, html("i", {}, letter), index)), html("th", {scope: "col"}, "lamp"))),
    html("tbody", {}, ...POINTS.map((point, row) => html("tr", {}, html("th", {scope: "row"}, point.join(" ")), ...["a1", "a2", "y", "is"].map((key) => html("td", {}, cells[row][key]))))));

  const LEG = 1100; // milliseconds for each of the three parts of a folding
  /** @param {number} time  since it began */
  function turn(time) {
    const ease = (/** @type {number} */ leg) => {
      const t = Math.min(1, Math.max(0, time / LEG - leg));
      return t * t * (3 - 2 * t);
    };
    fold = {move: ease(0), bend1: ease(1.15), bend2: ease(2.3)};
    for (const key of /** @type {(keyof Fold)[]} */ (Object.keys(fold))) slides[key].write(Math.round(fold[key] * 100) / 100);
  }

  function finish() {
    began = 0;
    turn(10 * LEG);
    update();
  }

  const paint = painter(folded.element, (now) => {
    if (began) {
      if (now - began > 3.4 * LEG) return finish();
      turn(now - began);
      write();
    }
    draw();
    if (began) paint();
  }, signal);

  /** Choose what part of the hidden plane is shown: all that the four points come by, whatever the sliders say. */
  function frame() {
    const all = [POINTS, ...[0, 1].map((bend) => makeNetwork(weights, {move: 1, bend1: bend, bend2: bend}).place(POINTS))].flat();
    const [least, most] = [0, 1].map((k) => [Math.min(...all.map((point) => point[k])) - 0.5, Math.max(...all.map((point) => point[k])) + 0.5]);
    const half = Math.max(least[1] - least[0], most[1] - most[0]) / 2;
    const [across, up] = [least, most].map(([from, to]) => (from + to) / 2);
    inputs.aim([LOW, LOW], [HIGH, HIGH]);
    folded.aim([across - half, up - half], [across + half, up + half]);
  }

  function draw() {
    const network = makeNetwork(weights, fold);
    const ticks = Array.from({length: 21}, (_, index) => LOW + (index * (HIGH - LOW)) / 20);
    const lines = ticks.flatMap((at) => [[[at, LOW], [at, HIGH]], [[LOW, at], [HIGH, at]]]);
    const sheets = pieces(network);
    const above = (/** @type {Point} */ place) => network.answer([place])[0] - HALF;
    const make = (/** @type {string} */ d, /** @type {string} */ name) => svg("path", {class: name, d});

    // The plane of the inputs.
    const lit = sheets.map((piece) => clip(piece, (point) => above(network.place([point])[0]))).filter((piece) => piece.length > 2);
    inputs.parts.answer.replaceChildren(make(lit.map(inputs.outline).join("") || "M0 0", "fig-fill-tint-blue fig-stroke-tint-blue"));
    inputs.parts.grid.replaceChildren(make(lines.map(inputs.path).join(""), "fig-stroke-muted"));
    const creases = [0, 1].map((unit) => {
      // A square of which one side lies on the line: where z is 0.
      const edge = sheets.flatMap((piece) => piece.filter((point) => Math.abs(network.sum(point, unit)) < 1e-9));
      if (edge.length < 2 || Math.hypot(...network.hidden.weight[unit]) < 1e-9) return null;
      const order = network.hidden.weight[unit];
      const along = (/** @type {Point} */ point) => point[1] * order[0] - point[0] * order[1];
      edge.sort((p, q) => along(p) - along(q));
      return [edge[0], edge[edge.length - 1]];
    });
    let named1 = [-99, -99]; // where the name of the first line stands
    inputs.parts.crease.replaceChildren(...creases.flatMap((crease, unit) => {
      if (!crease) return [];
      const [from, to] = crease.map((point) => [inputs.x(point[0]), inputs.y(point[1])]);
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
      const [along, across] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
      // Its name stands above the line, at the left end if that is free.
      let [end, sign] = from[0] < to[0] ? [from, 1] : [to, -1];
      if (unit === 1 && Math.hypot(end[0] - named1[0], end[1] - named1[1]) < 60) [end, sign] = [end === from ? to : from, -sign];
      if (unit === 0) named1 = end;
      const name = svg("text", {class: "fig-fill-ink fig-halo", "text-anchor": "middle", x: Math.max(44, end[0] + sign * 38 * along + Math.abs(20 * across)), y: end[1] + sign * 38 * across - Math.abs(20 * along) + 4},
        svg("tspan", {class: "widget-fold-letter"}, "z"), `${"₁₂"[unit]} = 0`);
      return length < 60 ? [make(inputs.path(crease), "fig-stroke-ink")] : [make(inputs.path(crease), "fig-stroke-ink"), name];
    }));

    // The same, where the hidden layer takes it.
    const [low, high] = folded.corners();
    const all = [low, [high[0], low[1]], high, [low[0], high[1]]];
    const part = clip(all, above);
    folded.parts.answer.replaceChildren(make(part.length > 2 ? folded.outline(part) : "M0 0", "fig-fill-tint-blue"));
    folded.parts.grid.replaceChildren(make(lines.map(([from, to]) => folded.path(network.place(bends(from, to, network)))).join(""), "fig-stroke-muted"));
    folded.parts.sheet.replaceChildren(make(sheets.map((piece) => folded.outline(network.place(piece))).join(""), "fig-fill-muted fig-stroke-muted"));
    folded.parts.crease.replaceChildren(...creases.flatMap((crease, unit) => {
      if (!crease) return [];
      const [from, to] = crease;
      return [make(folded.path(network.place(bends(from, to, {sum: (point, other) => (other === unit ? 1 : network.sum(point, other))}))), "fig-stroke-ink")];
    }));
    const ends = all.flatMap((corner, k) => {
      const after = all[(k + 1) % 4];
      const [here, there] = [above(corner), above(after)];
      return here > 0 === there > 0 ? [] : [corner.map((value, axis) => value + (here / (here - there)) * (after[axis] - value))];
    });
    folded.parts.border.replaceChildren(...(ends.length === 2 ? [make(folded.path(ends), "fig-stroke-blue")] : []));

    // The four points in both, with a name where they lie; two on one place share a ring.
    const places = network.place(POINTS);
    for (const [plane, spots] of /** @type {[typeof inputs, Point[]][]} */ ([[inputs, POINTS], [folded, places]])) {
      const drawn = spots.flatMap((spot, row) => {
        const [cx, cy] = [plane.x(spot[0]), plane.y(spot[1])];
        const mates = spots.map((other, index) => (Math.hypot(plane.x(other[0]) - cx, plane.y(other[1]) - cy) < 5 ? index : -1)).filter((index) => index >= 0);
        const shapes = [svg("circle", {class: LIT[row] ? "fig-fill-blue fig-stroke-paper" : "fig-fill-paper fig-stroke-ink", cx, cy, r: 6.5})];
        if (mates.length > 1 && mates[0] === row) shapes.unshift(svg("circle", {class: "fig-fill-paper fig-stroke-blue", cx, cy, r: 11}));
        if (mates[0] !== row) return mates.length > 1 ? shapes : [];
        const words = mates.map((index) => named(POINTS[index]).replace(", ", ",\u00a0")).join(" ");
        const isRight = cx > plane.element.clientWidth - 110;
        const label = svg("text", {class: "fig-fill-ink fig-halo", x: cx + (isRight ? -10 : 10), y: cy - 11, "text-anchor": isRight ? "end" : "start"}, words);
        return [...shapes, label];
      });
      plane.parts.dots.replaceChildren(...drawn);
    }
    if (probe) {
      for (const [plane, [px, py]] of /** @type {[typeof inputs, Point][]} */ ([[inputs, probe], [folded, network.place([probe])[0]]])) {
        plane.parts.dots.append(svg("path", {class: "fig-stroke-orange", d: `M${plane.x(px) - 9} ${plane.y(py)}h18m-9 -9v18`}), svg("circle", {class: "fig-fill-orange", cx: plane.x(px), cy: plane.y(py), r: 3.5}));
      }
    }
  }

  /** Say in numbers and words where the four points lie. */
  function write() {
    const network = makeNetwork(weights, fold);
    const places = network.place(POINTS);
    const answers = network.answer(places);
    answers.forEach((answer, row) => {
      const {a1, a2, y, is} = cells[row];
      a1.textContent = show(places[row][0], 2);
      a2.textContent = show(places[row][1], 2);
      y.textContent = show(answer, 2);
      const isOn = answer > HALF + 1e-9;
      is.textContent = `${isOn ? "on" : "off"} ${isOn === LIT[row] ? "✓" : "✗"}`;
      is.classList.toggle("widget-warning", isOn !== LIT[row]);
    });
    if (began) says.say("Watch the hidden plane.", fold.bend1 === 0 ? "The weights take every point to its (z₁, z₂): turned, stretched and moved, but straight." : `Unit ${fold.bend2 > 0 ? 2 : 1} switches on: where its z is below 0, its a becomes 0.`);
    else {
      const [judged, why, isWarning] = verdict(weights, fold);
      const hint = !isReady && judged.startsWith("All four are right") ? " Unfold it: which of the three sliders makes that possible?" : "";
      says.say(judged, `${why}${hint}`, isWarning);
    }
    foldButton.textContent = began ? "Stop" : "Fold it";
    set(folded.element, {"aria-label": `The plane of the two hidden units. ${POINTS.map((point, row) => `${named(point)} lies at (${show(places[row][0], 2)}, ${show(places[row][1], 2)})`).join(", ")}. The answer is one half on a straight line.`});
    ask();
  }

  function ask() {
    const network = makeNetwork(weights, fold);
    asks.textContent = probe
      ? `${named(probe)} goes to ${named(network.place([probe])[0].map((value) => Number(value.toFixed(2))))}; answer ${show(network.answer(network.place([probe]))[0], 2)}.`
      : "Point at a place: where does it go?";
    set(inputs.element, {"aria-label": `The plane of the two inputs, with the four positions of the switches and the part in which the answer is 1. Arrow keys move a mark. ${asks.textContent}`});
  }

  function update() {
    write();
    if (isReady) share({...weights, ...fold});
    paint();
  }

  const point = (/** @type {Point} */ at) => {
    probe = at.map((value) => Number((Math.round(Math.min(HIGH, Math.max(LOW, value)) * 20) / 20).toFixed(2)));
    ask();
    paint();
  };
  for (const kind of ["pointermove", "pointerdown"]) inputs.element.addEventListener(kind, (/** @type {PointerEvent} */ event) => point(inputs.at(event)));
  inputs.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = {ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05]}[event.key];
    if (!by) return;
    event.preventDefault();
    point((probe ?? [0.5, 0.5]).map((value, k) => value + by[k]));
  });

  element.append(html("div", {class: "widget-body widget-fold"},
    html("div", {class: "widget-row"}, choices, html("div", {class: "widget-fold-buttons"}, foldButton, unfold)),
    html("div", {class: "widget-row"}, slides.move.element, slides.bend1.element, slides.bend2.element),
    html("div", {class: "widget-fold-planes"},
      html("div", {}, html("p", {class: "widget-fold-title"}, "the switches; shaded: lamp on"), inputs.element),
      html("div", {}, html("p", {class: "widget-fold-title"}, "where the hidden layer takes them", html("span", {class: "widget-hidden"}, "; shaded: lamp on")), folded.element)),
    asks,
    html("div", {class: "widget-fold-numbers"}, formulas, table),
    says.element, message));
  onLook(folded.element, () => {
    frame();
    paint();
  }, signal);
  update();
  isReady = true;
}
