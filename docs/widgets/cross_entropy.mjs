// @ts-check
/** Lesson loss: the cross-entropy beside the square, for a probability and a target to choose. */

import {MSELoss} from "./network.mjs";
import {asked, choice, drags, html, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";

/**
 * Both losses of a probability p for a target y, and their slopes: how much each changes per unit
 * of p. The square and its slope are those of MSELoss for one output.
 * @param {number} p  above 0 and below 1 @param {number} y  1 or 0
 */
export function compute(p, y) {
  const loss = new MSELoss();
  const square = loss.forward([[p]], [[y]]);
  const [[squareSlope]] = loss.backward();
  const entropy = -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
  return {entropy, square, entropySlope: -y / p + (1 - y) / (1 - p), squareSlope};
}

/** Say what the two losses make of it: the verdict, the rest, and whether it is a warning. @param {number} p @param {number} y @returns {[string, string, boolean]} */
export function verdict(p, y) {
  const right = y === 1 ? p : 1 - p;
  const {entropySlope, squareSlope} = compute(p, y);
  const given = `${y === 1 ? "It rains" : "It stays dry"}, and the probability given to that is ${show(Number(right.toFixed(4)))}.`;
  const [steep, other] = [Math.abs(entropySlope), Math.abs(squareSlope)].map((slope) => show(Number(slope.toPrecision(4))));
  if (right === 0.5) return [given, "That is “I don't know”: the cross-entropy is ln 2, and the squared error a quarter.", false];
  if (right <= 0.1) return [given, `Sure and wrong: the cross-entropy is as steep as ${steep}, and the squared error only ${other}: it is never steeper than 2, and never above 1.`, true];
  if (right < 0.5) return [given, `More wrong than right: the cross-entropy has a slope of size ${steep}, and the squared error ${other}.`, false];
  return [given, `More right than wrong: both are low. The squared error flattens out, with a slope of size ${other}; that of the cross-entropy is ${steep}, and never below 1.`, false];
}

const SLIDER = {min: 0.001, max: 0.999, step: 0.001};
const LIMITS = {min: 0.0001, max: 0.9999}; // of the field, for the last line of the lesson's table
const TOP = 7; // of the axis; where it cuts a curve off, words say so

// The plot, in units of its viewBox.
const [LEFT, ABOVE, WIDTH, HEIGHT] = [24, 26, 306, 190];
const across = (/** @type {number} */ p) => LEFT + WIDTH * p;
const down = (/** @type {number} */ loss) => ABOVE + HEIGHT * (1 - loss / TOP);

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let p = asked(state, "p", 0.1, LIMITS);
  let y = state.y === "0" ? 0 : 1;
  let isReady = false;
  const kinds = /** @type {const} */ (["entropy", "square"]);

  const curves = Object.fromEntries(kinds.map((kind) => [kind, svg("path", {class: `widget-entropy-${kind}`})]));
  const tangents = Object.fromEntries(kinds.map((kind) => [kind, svg("path", {class: `widget-entropy-${kind} widget-entropy-tangent`})]));
  const spots = Object.fromEntries(kinds.map((kind) => [kind, svg("circle", {class: `widget-entropy-${kind}`, r: 6.5})]));
  const cursor = svg("path", {class: "widget-entropy-cursor"});
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, more = {}) => svg("text", {x, y, ...more}, words);
  const names = {entropy: text(0, 0, "", {class: "widget-entropy-entropy fig-halo"}), square: text(0, 0, "", {class: "widget-entropy-square fig-halo"})};
  const outside = text(LEFT + WIDTH / 2, ABOVE + 14, "", {"text-anchor": "middle", class: "widget-entropy-entropy fig-halo"});
  const picture = svg("svg", {viewBox: "0 0 340 256", role: "img", class: "widget-plot widget-curves widget-entropy-plot"},
    svg("path", {class: "widget-plot-grid", d: [0, 1, 2, 3, 4, 5, 6, 7].map((loss) => `M${LEFT} ${down(loss)}h${WIDTH}`).join("")}),
    text(2, 13, "loss L"),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((loss) => text(LEFT - 8, down(loss) + 4, String(loss), {"text-anchor": "end"})),
    ...[0, 0.5, 1].map((part) => text(across(part), ABOVE + HEIGHT + 18, show(part), {"text-anchor": "middle"})),
    text(LEFT + WIDTH / 2, ABOVE + HEIGHT + 36, "probability p", {"text-anchor": "middle"}),
    svg("svg", {x: LEFT - 3, y: ABOVE - 2, width: WIDTH + 6, height: HEIGHT + 4, viewBox: `${LEFT - 3} ${ABOVE - 2} ${WIDTH + 6} ${HEIGHT + 4}`}, cursor, curves.entropy, curves.square, tangents.entropy, tangents.square),
    spots.entropy, spots.square, names.entropy, names.square, outside);

  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);
  const cells = Object.fromEntries(kinds.flatMap((kind) => [kind, `${kind}Slope`]).map((name) => [name, html("output", {"data-name": name})]));
  const formulas = Object.fromEntries(kinds.map((kind) => [kind, html("td", {})]));
  const row = (/** @type {string} */ words, /** @type {any[]} */ tds) => html("tr", {}, html("th", {scope: "row"}, words), ...tds);
  const table = html("table", {class: "widget-table widget-entropy-table"},
    html("thead", {}, html("tr", {}, html("td"), html("th", {scope: "col", class: "widget-entropy-entropy"}, "cross-entropy"), html("th", {scope: "col", class: "widget-entropy-square"}, "squared error"))),
    html("tbody", {}, row("formula", kinds.map((kind) => formulas[kind])), row("loss", kinds.map((kind) => html("td", {}, cells[kind]))),
      row("slope", kinds.map((kind) => html("td", {}, cells[`${kind}Slope`])))));

  const control = numberControl({label: html("i", {}, "p"), name: "p", value: p, ...SLIDER, limits: LIMITS, refuse, change: (value) => {
    p = value;
    update();
  }});
  const targets = choice({legend: "Target", value: y === 1 ? "rain" : "dry", options: {rain: "It rains: y = 1", dry: "It stays dry: y = 0"}, change: (chosen) => {
    y = chosen === "rain" ? 1 : 0;
    update();
  }});
  drags(picture, (x) => (x < LEFT - 10 ? null : (along) => {
    p = Math.min(SLIDER.max, Math.max(SLIDER.min, Number(((along - LEFT) / WIDTH).toFixed(2))));
    control.write(p);
    refuse("");
    update();
  }));

  const paint = painter(picture, () => {
    // Closer together where the cross-entropy is steep.
    const places = Array.from({length: 121}, (_, k) => 1 / (1 + Math.exp(-(k - 60) * 0.15)));
    const found = compute(p, y);
    set(cursor, {d: `M${across(p)} ${ABOVE}V${ABOVE + HEIGHT}`});
    for (const kind of kinds) {
      set(curves[kind], {d: `M${places.map((place) => `${across(place).toFixed(1)} ${down(compute(place, y)[kind]).toFixed(1)}`).join("L")}`});
      const [x, height] = [across(p), down(found[kind])];
      const [right, up] = [WIDTH, (found[`${kind}Slope`] * -HEIGHT) / TOP];
      const part = 44 / Math.hypot(right, up); // as long on the screen, however steep
      set(tangents[kind], {d: `M${x - part * right} ${height - part * up}L${x + part * right} ${height + part * up}`});
      set(spots[kind], {cx: x, cy: height, visibility: found[kind] > TOP ? "hidden" : "visible"});
    }
    const isRain = y === 1;
    names.entropy.textContent = isRain ? "cross-entropy, −ln p" : "cross-entropy, −ln(1 − p)";
    names.square.textContent = isRain ? "square (p − 1)²" : "square p²";
    set(names.entropy, {x: across(isRain ? 0.17 : 0.83), y: down(3), "text-anchor": isRain ? "start" : "end"});
    set(names.square, {x: across(isRain ? 0.02 : 0.98), y: down(0.14), "text-anchor": isRain ? "start" : "end"});
    outside.textContent = found.entropy > TOP ? `${show(found.entropy, 4)} lies above this picture` : "";
  }, signal);

  function update() {
    const found = compute(p, y);
    for (const name of Object.keys(cells)) cells[name].textContent = show(found[/** @type {keyof typeof found} */ (name)], 4);
    formulas.entropy.textContent = y === 1 ? "−ln p" : "−ln(1 − p)";
    formulas.square.textContent = y === 1 ? "(p − 1)²" : "p²";
    const [judged, rest, isWarning] = verdict(p, y);
    says.say(judged, rest, isWarning);
    picture.setAttribute("aria-label", `Both losses against the probability p, for the target ${y}. At p = ${show(p)} the cross-entropy is ${show(found.entropy, 4)} with a slope of ${show(found.entropySlope, 4)}, and the squared error ${show(found.square, 4)} with a slope of ${show(found.squareSlope, 4)}.`);
    if (isReady) share({p, y});
    paint();
  }

  element.append(html("div", {class: "widget-body"},
    html("div", {class: "widget-row"}, targets),
    html("div", {class: "widget-stage"}, picture, html("div", {class: "widget-moves"}, control.element), table),
    says.element, message));
  update();
  isReady = true;
}
