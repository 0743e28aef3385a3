// @ts-check
/** Lesson activations: a curve, its slope under a cursor, and where that slope dies. */

import {ReLU, Sigmoid, Tanh} from "./network.mjs";
import {asked, choice, drags, html, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";

/** @type {Record<string, {words: string, name: string, y: [number, number], ticks: number[], make: (() => any) | null}>} */
export const FUNCTIONS = {
  step: {words: "Step", name: "step", y: [-1.2, 1.2], ticks: [-1, 0, 1], make: null},
  sigmoid: {words: "Sigmoid", name: "σ", y: [-1.2, 1.2], ticks: [-1, 0, 1], make: () => new Sigmoid()},
  tanh: {words: "tanh", name: "tanh", y: [-1.2, 1.2], ticks: [-1, 0, 1], make: () => new Tanh()},
  relu: {words: "ReLU", name: "ReLU", y: [-1.2, 6], ticks: [0, 2, 4, 6], make: () => new ReLU()},
};

/**
 * What comes out at each z, and the slope there: those of the network's layers, forward and
 * backward. The step is no layer; its slope is 0, and at 0 it has none (NaN).
 * @param {string} kind @param {number[]} zs
 */
export function compute(kind, zs) {
  const {make} = FUNCTIONS[kind];
  if (!make) return {outputs: zs.map((z) => (z > 0 ? 1 : 0)), slopes: zs.map((z) => (z === 0 ? NaN : 0))};
  const layer = make();
  const outputs = layer.forward(zs.map((z) => [z]));
  const slopes = layer.backward(zs.map(() => [1]));
  return {outputs: outputs.map((/** @type {number[]} */ [a]) => a), slopes: slopes.map((/** @type {number[]} */ [slope]) => slope)};
}

/** The slopes that are compared, each with a place for its name. @type {Record<string, {z: number, up: number, anchor: string}>} */
const GHOSTS = {
  sigmoid: {z: 2.6, up: 3, anchor: "start"}, tanh: {z: 0.95, up: 0, anchor: "start"}, relu: {z: 2.7, up: -15, anchor: "end"},
};
const DEAD = 0.05; // the limit of the static figure

/** Say what becomes of a push. @param {string} kind @param {number} z @returns {[string, string, boolean]} */
export function verdict(kind, z) {
  const {slopes: [slope]} = compute(kind, [z]);
  if (kind === "step" && z === 0) return ["At 0 the step jumps, and a jump has no slope.", "The smaller the push, the larger the quotient.", true];
  if (kind === "step") return ["The slope is 0: push as you like, nothing changes.", "So it is at every z but 0, and there is nothing to learn from.", true];
  if (kind === "relu" && z === 0) return ["At 0 ReLU has a corner, and its slope is counted as 0.", "", true];
  if (kind === "relu") return z > 0 ? ["The slope is 1: a push passes through as it is.", "", false] : ["The slope is 0: for this example the unit passes nothing on.", "", true];
  if (slope === 0) return ["The slope is too small for this computer, and counts as 0.", "", true];
  const top = kind === "sigmoid" ? 0.25 : 1;
  const part = `That is 1/${show(Number((top / slope).toPrecision(3)))} of what it is at 0.`;
  if (slope < DEAD) return [`The slope is ${show(slope, 4)}: a push is nearly lost here.`, top / slope < 1e15 ? part : "", true];
  return [`The slope is ${show(slope, 4)}: of a small push, this part arrives.`, z === 0 ? "It is nowhere steeper." : "", false];
}

const SPAN = 6; // the picture shows z from -SPAN to SPAN
const MOST = 100; // and the field takes more
const WIDTH = 400;
const LEFT = 40;
const TOP = {from: 22, to: 192};
const LOW = {from: 230, to: 330};
const toX = (/** @type {number} */ z) => LEFT + ((z + SPAN) / (2 * SPAN)) * (WIDTH - LEFT - 8);
const back = (/** @type {number} */ x) => ((x - LEFT) / (WIDTH - LEFT - 8)) * 2 * SPAN - SPAN;

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const span = {min: -MOST, max: MOST};
  let kind = Object.hasOwn(FUNCTIONS, state.kind) ? state.kind : "sigmoid";
  let z = asked(state, "z", 1, span);
  let isReady = false;

  const toY = (/** @type {number} */ a) => {
    const [low, high] = FUNCTIONS[kind].y;
    return TOP.to - ((a - low) / (high - low)) * (TOP.to - TOP.from);
  };
  const toSlopeY = (/** @type {number} */ slope) => LOW.to - ((slope + 0.08) / 1.26) * (LOW.to - LOW.from);

  const shades = svg("g", {class: "fig-fill-tint-orange"});
  const grid = svg("g");
  const curve = svg("path", {class: "fig-stroke-blue", "stroke-width": 2.5, fill: "none"});
  const others = svg("g", {"data-name": "others"});
  const slopeCurve = svg("path", {class: "fig-stroke-orange", "stroke-width": 2.5, fill: "none"});
  const tangent = svg("line", {class: "fig-stroke-orange", "stroke-width": 2, "stroke-linecap": "round"});
  const cursor = svg("line", {class: "fig-stroke-ink", "stroke-width": 1, "stroke-dasharray": "3 3", y1: TOP.from - 6, y2: LOW.to});
  const stem = svg("line", {class: "fig-stroke-orange", "stroke-width": 5, "stroke-opacity": 0.35});
  const dot = svg("circle", {class: "fig-fill-blue fig-stroke-paper", "stroke-width": 2, r: 7});
  const slopeDot = svg("circle", {class: "fig-fill-orange fig-stroke-paper", "stroke-width": 2, r: 6});
  const outside = svg("text", {x: toX(0), y: 212, "text-anchor": "middle", class: "fig-fill-orange"});
  const title = svg("text", {x: LEFT + 8, y: TOP.from + 12, class: "fig-fill-blue fig-halo", "font-style": "italic"});
  const slopeTitle = svg("text", {x: LEFT + 8, y: LOW.from + 8, class: "fig-fill-orange fig-halo", "font-style": "italic"});
  const picture = svg("svg", {viewBox: `0 0 ${WIDTH} 356`, role: "img", class: "widget-curves", "font-size": 14, fill: "currentColor"},
    shades, grid, others, stem, curve, slopeCurve, tangent, cursor, dot, slopeDot, title, slopeTitle, outside);

  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);
  const outputs = Object.fromEntries(["z", "a", "slope", "five"].map((name) => [name, html("output", {"data-name": name})]));
  const heads = {a: html("i"), slope: html("i")};
  const row = (/** @type {any} */ head, /** @type {string} */ about, /** @type {string} */ name) =>
    html("tr", {}, html("th", {scope: "row"}, about, head), html("td", {}, outputs[name]));
  const table = html("table", {class: "widget-table"}, html("tbody", {},
    row(html("i", {}, "z"), "in: ", "z"), row(heads.a, "out: ", "a"), row(heads.slope, "slope: ", "slope"),
    row("", "five such slopes, multiplied", "five")));

  const place = numberControl({label: html("i", {}, "z"), name: "z", value: z, min: -SPAN, max: SPAN, step: 0.1, limits: span, refuse, change: (value) => {
    z = value;
    update();
  }});
  const kinds = choice({legend: "Function", value: kind, options: Object.fromEntries(Object.entries(FUNCTIONS).map(([key, {words}]) => [key, words])), change: (chosen) => {
    kind = chosen;
    dress();
    update();
  }});

  drags(picture, (x) => (x < LEFT - 10 ? null : (along) => {
    const near = back(along);
    z = Math.min(SPAN, Math.max(-SPAN, Math.abs(near) < 0.12 ? 0 : Number(near.toFixed(1))));
    place.write(z);
    refuse("");
    update();
  }));

  /** Draw what depends on the function alone. */
  function dress() {
    const zs = Array.from({length: 481}, (_, index) => -SPAN + (index * SPAN) / 240);
    const {outputs: values, slopes} = compute(kind, zs);
    const trace = (/** @type {number[]} */ numbers, /** @type {(value: number) => number} */ to) => numbers.map((value, index) => {
      if (Number.isNaN(value)) return "";
      const before = numbers[index - 1];
      const isJump = index > 0 && !(Math.abs(value - before) < 0.5);
      return `${index === 0 || isJump ? "M" : "L"}${toX(zs[index]).toFixed(2)} ${to(value).toFixed(2)}`;
    }).join("");
    set(curve, {d: trace(values, toY)});
    set(slopeCurve, {d: trace(slopes, toSlopeY)});
    others.replaceChildren(...Object.entries(GHOSTS).filter(([key]) => key !== kind).flatMap(([key, {z: at, up, anchor}]) => {
      const {slopes: [there]} = compute(key, [at]);
      return [svg("path", {d: trace(compute(key, zs).slopes, toSlopeY), "data-kind": key, class: "fig-stroke-muted", "stroke-width": 1.2, "stroke-dasharray": "4 3", fill: "none"}),
        svg("text", {x: toX(at) + 4, y: toSlopeY(there) - up, "text-anchor": anchor, class: "fig-fill-muted fig-halo", "font-style": "italic"}, `${FUNCTIONS[key].name}′`)];
    }));
    const isDead = slopes.map((/** @type {number} */ slope) => !(slope >= DEAD));
    const strips = [];
    for (let index = 0; index < zs.length; index++) {
      if (!isDead[index] || isDead[index - 1]) continue;
      let last = index;
      while (isDead[last + 1]) last += 1;
      for (const {from, to} of [TOP, LOW]) {
        strips.push(svg("rect", {x: toX(zs[index]), y: from, width: toX(zs[last]) - toX(zs[index]), height: to - from}));
      }
    }
    shades.replaceChildren(...strips);
    const rule = (/** @type {number} */ y, /** @type {string} */ words) => [
      svg("line", {x1: LEFT, x2: WIDTH - 8, y1: y, y2: y, class: "fig-stroke-muted", "stroke-width": words === "0" ? 1 : 0.5, "stroke-opacity": words === "0" ? 0.9 : 0.4}),
      svg("text", {x: LEFT - 8, y: y + 5, "text-anchor": "end", class: "fig-fill-muted"}, words)];
    grid.replaceChildren(...FUNCTIONS[kind].ticks.flatMap((tick) => rule(toY(tick), show(tick))),
      ...[0, kind === "sigmoid" ? 0.25 : 0.5, 1].flatMap((tick) => rule(toSlopeY(tick), show(tick))),
      ...[-4, 0, 4].map((tick) => svg("text", {x: toX(tick), y: LOW.to + 20, "text-anchor": "middle", class: "fig-fill-muted"}, show(tick))),
      svg("text", {x: WIDTH - 8, y: LOW.to + 20, "text-anchor": "end", "font-style": "italic"}, "z"));
    const {name} = FUNCTIONS[kind];
    title.textContent = heads.a.textContent = `${name}(z)`;
    slopeTitle.textContent = heads.slope.textContent = `${name}′(z)`;
  }

  const paint = painter(picture, () => {
    const {outputs: [a], slopes: [slope]} = compute(kind, [z]);
    const isSeen = Math.abs(z) <= SPAN;
    const has = !Number.isNaN(slope);
    for (const part of [cursor, dot]) part.style.display = isSeen ? "" : "none";
    for (const part of [tangent, slopeDot, stem]) part.style.display = isSeen && has ? "" : "none";
    outside.textContent = isSeen ? "" : `z = ${show(z)} lies to the ${z > 0 ? "right" : "left"} of this picture`;
    if (!isSeen) return;
    const x = toX(z);
    set(cursor, {x1: x, x2: x});
    set(dot, {cx: x, cy: toY(a)});
    if (!has) return;
    const [perX, perY] = [toX(1) - toX(0), toY(1) - toY(0)];
    const reach = 58 / Math.hypot(perX, slope * perY); // as long on the screen, however steep
    set(tangent, {x1: x - reach * perX, y1: toY(a) - reach * slope * perY, x2: x + reach * perX, y2: toY(a) + reach * slope * perY});
    set(slopeDot, {cx: x, cy: toSlopeY(slope)});
    set(stem, {x1: x, x2: x, y1: toSlopeY(0), y2: toSlopeY(slope)});
  }, signal);

  function update() {
    const {outputs: [a], slopes: [slope]} = compute(kind, [z]);
    const write = (/** @type {number} */ value) => (Math.abs(value) < 1e-4 ? show(Number(value.toPrecision(3))) : show(value, 4));
    outputs.z.textContent = show(z);
    outputs.a.textContent = write(a);
    outputs.slope.textContent = Number.isNaN(slope) ? "none" : write(slope);
    outputs.five.textContent = Number.isNaN(slope) ? "none" : write(slope ** 5);
    const [judged, rest, isWarning] = verdict(kind, z);
    says.say(judged, rest, isWarning);
    picture.setAttribute("aria-label", `${FUNCTIONS[kind].words} above, its slope below beside those of the others, and a cursor at z = ${show(z)}. ${judged}`);
    if (isReady) share({kind, z});
    paint();
  }

  element.append(html("div", {class: "widget-body"},
    html("div", {class: "widget-row"}, kinds, html("p", {class: "widget-hint"}, html("span", {class: "widget-swatch"}), `slope below ${show(DEAD)}`)),
    html("div", {class: "widget-stage"}, picture, html("div", {class: "widget-moves"}, place.element), html("div", {class: "widget-side"}, table)),
    says.element, message));
  dress();
  update();
  isReady = true;
}
