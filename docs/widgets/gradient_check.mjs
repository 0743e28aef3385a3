// @ts-check
/** Lesson gradient-check: the error of two differences, against a step h to choose. */

import {asked, html, isCalm, painter, power, sentence, set, show, svg} from "./widget.mjs";
import {check_gradients, problem} from "./zoo.mjs";

const RIGHT = 1e-6; // a gradient check accepts a relative error below this,
const WRONG = 1e-3; // and rejects one from here; between them it cannot tell
const BUDGET = 5; // milliseconds of a frame for computing

/** The steps of the figure: as exponents of ten. */
export const EXPONENTS = Array.from({length: 25}, (_, k) => -13 + k / 2);

/**
 * The worst relative errors of the right gradient with a step, bit by bit: null after each entry,
 * and the error at last.
 * @param {number} exponent @param {boolean} isForward
 * @returns {Generator<number | null, void>}
 */
export function* worst(exponent, isForward) {
  let largest = 0;
  for (const error of check_gradients(problem(1), 10 ** exponent, isForward)) {
    if (error === null) yield null;
    else largest = Math.max(largest, error);
  }
  yield largest;
}

/** How many digits are right, as the lesson counts them. @param {number} error */
export const digits = (error) => Math.max(0, Math.floor(-Math.log10(error)));

/** The losses with the first weight moved by h up and down, and their difference. @param {number} h */
export function losses(h) {
  const {network, loss, inputs, targets} = problem(1);
  const [row] = /** @type {number[][]} */ (network.parameters()[0][0]);
  const value = row[0];
  const at = (/** @type {number} */ weight) => {
    row[0] = weight;
    return loss.forward(network.forward(inputs), targets);
  };
  return [at(value + h), at(value - h)];
}

/**
 * Say what a check with this step does to a right gradient: the verdict, the reason, and whether
 * it is a warning.
 * @param {number} exponent @param {number} error  of the central difference
 * @returns {[string, string, boolean]}
 */
export function verdict(exponent, error) {
  const why = exponent > -4.5 ? "The step is long: the loss is curved between the two points, and the error falls with h²."
    : exponent < -5.5 ? "The step is short: the two losses agree in nearly all their digits, and the rounding in the last one is divided by h. Another computer may round otherwise."
      : "Here the two parts of the error are alike, and their sum is smallest.";
  if (error < RIGHT) return ["The check accepts the right gradient.", why, false];
  if (error < WRONG) return ["With this step the check cannot tell right from nearly right.", why, true];
  return ["With this step the check rejects a gradient that is right.", why, true];
}

/** A power of ten, half ones too. @param {number} exponent */
const halves = (exponent) => (Number.isInteger(exponent) ? power(exponent) : `3.2·${power(Math.floor(exponent))}`);

/** An error in words, to one digit: more of it is rounding. @param {number} error */
const rough = (error) => {
  if (error >= 0.01) return show(error, 2);
  const [mantissa, exponent] = error.toExponential(0).split("e");
  return `${mantissa}·${power(Number(exponent))}`;
};

// The plot, in units of its viewBox.
const [LEFT, TOP, WIDTH, HEIGHT] = [42, 24, 268, 200];
const across = (/** @type {number} */ exponent) => LEFT + (WIDTH * (exponent + 13)) / 12;
const down = (/** @type {number} */ error) => TOP + (HEIGHT * Math.max(0, -Math.log10(error))) / 10;

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let chosen = Math.round(2 * asked(state, "h", -2, {min: -13, max: -1})) / 2;
  let pair = losses(10 ** chosen);
  const kinds = ["forward", "central"];
  /** @type {Record<string, number[]>} */
  const found = {forward: [], central: []};
  // What is not known yet, from right to left; each keeps how far it has come.
  const queue = EXPONENTS.map((exponent, k) => kinds.map((kind) => ({k, kind, work: worst(exponent, kind === "forward")}))).reverse().flat();

  const body = html("div", {class: "widget-body"}); // at work as long as any part of it is seen
  const says = sentence(signal);
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, more = {}) =>
    svg("text", {x, y, "text-anchor": "middle", ...more}, words);
  const lines = Object.fromEntries(kinds.map((kind) => [kind, svg("path", {class: `widget-check-${kind}`})]));
  const spots = Object.fromEntries(kinds.map((kind) => [kind, svg("circle", {class: `widget-check-${kind}`, r: 6})]));
  const needle = svg("path", {class: "widget-check-needle"});
  const plot = svg("svg", {viewBox: "0 0 320 262", role: "img", class: "widget-plot widget-check-plot"},
    svg("rect", {class: "widget-check-zone", x: LEFT, y: down(RIGHT), width: WIDTH, height: TOP + HEIGHT - down(RIGHT)}),
    svg("path", {class: "widget-plot-grid", d: [1, 1e-3, 1e-6, 1e-9].map((y) => `M${LEFT} ${down(y)}H${LEFT + WIDTH}`).join("")}),
    text(4, 12, "relative error of the gradient", {"text-anchor": "start"}),
    ...[1, 1e-3, 1e-6, 1e-9].map((y) => text(LEFT - 6, down(y) + 4, y === 1 ? "1" : power(Math.log10(y)), {"text-anchor": "end"})),
    ...[-13, -9, -5, -1].map((x) => text(across(x), TOP + HEIGHT + 18, power(x), {"text-anchor": x === -1 ? "end" : x === -13 ? "start" : "middle"})),
    text(across(-7), TOP + HEIGHT + 34, "step h"),
    text(across(-13) + 6, TOP + HEIGHT - 7, "accepted", {"text-anchor": "start"}),
    needle, lines.forward, lines.central, spots.forward, spots.central);

  const cells = Object.fromEntries(kinds.flatMap((kind) => ["error", "digits"].map((what) =>
    [`${kind}-${what}`, html("output", {"data-name": `${kind}-${what}`})])));
  const row = (/** @type {string} */ words, /** @type {string} */ what) =>
    html("tr", {}, html("th", {scope: "row"}, words), ...kinds.map((kind) => html("td", {}, cells[`${kind}-${what}`])));
  const table = html("table", {class: "widget-table widget-check-table widget-check-errors"},
    html("thead", {}, html("tr", {}, html("td"), ...kinds.map((kind) => html("th", {scope: "col", class: `widget-check-${kind}`}, kind)))),
    html("tbody", {}, row("relative error", "error"), row("right digits", "digits")));
  const sums = [0, 1].map(() => ({same: html("span", {class: "widget-check-same"}), rest: html("b", {})}));
  const taken = html("output", {"data-name": "difference"});
  const subtraction = html("table", {class: "widget-table widget-check-table"},
    html("caption", {}, "the first of the weights, moved by ", html("i", {}, "h")),
    html("tbody", {},
      ...["+", "−"].map((sign, k) => html("tr", {}, html("th", {scope: "row"}, html("i", {}, "L"), "(", html("i", {}, "w"), ` ${sign} `, html("i", {}, "h"), ")"),
        html("td", {"data-name": k ? "below" : "above"}, sums[k].same, sums[k].rest))),
      html("tr", {}, html("th", {scope: "row"}, "difference"), html("td", {}, taken))));

  const value = html("output", {class: "widget-check-value", "data-name": "h"});
  const range = html("input", {
    type: "range", class: "widget-range", id: "widget-gradient-check-h", min: -13, max: -1, step: 0.5, value: chosen,
    "data-name": "h", input: () => choose(Number(range.value)),
  });

  const paint = painter(body, () => {
    const until = performance.now() + BUDGET;
    let isNew = false;
    while (queue.length && performance.now() < until) {
      const place = Math.max(0, queue.findIndex((one) => EXPONENTS[one.k] === chosen)); // first what is looked at
      const {k, kind, work} = queue[place];
      const {value: error} = work.next();
      if (typeof error !== "number") continue;
      found[kind][k] = error;
      queue.splice(place, 1);
      isNew ||= !isCalm() || !queue.length || EXPONENTS[k] === chosen;
    }
    if (isNew) display();
    if (queue.length) paint();
  }, signal);

  /** @param {number} exponent */
  function choose(exponent) {
    const wanted = Math.min(-1, Math.max(-13, Math.round(2 * exponent) / 2));
    if (wanted === chosen) return;
    chosen = wanted;
    pair = losses(10 ** chosen);
    range.value = String(chosen);
    share({h: chosen});
    display();
  }

  function display() {
    const place = EXPONENTS.indexOf(chosen);
    value.textContent = halves(chosen);
    range.setAttribute("aria-valuetext", halves(chosen));
    set(needle, {d: `M${across(chosen)} ${TOP}V${TOP + HEIGHT}`});
    for (const kind of kinds) {
      const error = found[kind][place];
      const known = EXPONENTS.flatMap((exponent, k) => (found[kind][k] === undefined ? [] : [`${across(exponent).toFixed(1)} ${down(found[kind][k]).toFixed(1)}`]));
      set(lines[kind], {d: known.length > 1 ? `M${known.join("L")}` : ""});
      set(spots[kind], {cx: across(chosen), cy: error === undefined ? -20 : down(error)});
      cells[`${kind}-error`].textContent = error === undefined ? "…" : rough(error);
      cells[`${kind}-digits`].textContent = error === undefined ? "…" : String(digits(error));
    }
    const [above, below] = pair;
    const texts = [above, below].map((loss) => loss.toFixed(16));
    const same = [...texts[0]].findIndex((character, k) => character !== texts[1][k]);
    sums.forEach(({same: shared, rest}, k) => {
      shared.textContent = texts[k].slice(0, same);
      rest.textContent = texts[k].slice(same);
    });
    taken.textContent = show(above - below, 16);
    const error = found.central[place];
    if (error === undefined) {
      says.say("The check with this step is being computed.");
      set(plot, {"aria-label": `The check with a step of ${halves(chosen)} is being computed.`});
      return;
    }
    says.say(...verdict(chosen, error));
    set(plot, {"aria-label": `At a step of ${halves(chosen)} the relative error is ${rough(error)} for central differences and ${rough(found.forward[place])} for forward differences. Both curves are a V, lowest near 10⁻⁵ and near 10⁻⁸.`});
  }

  // A finger or a mouse on the plot chooses h, too.
  const take = (/** @type {PointerEvent} */ event) => {
    const box = plot.getBoundingClientRect();
    choose(((((event.clientX - box.left) / box.width) * 320 - LEFT) / WIDTH) * 12 - 13);
  };
  plot.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    plot.setPointerCapture(event.pointerId);
    take(event);
  });
  plot.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (plot.hasPointerCapture(event.pointerId)) take(event);
  });

  body.append(
    html("div", {class: "widget-check-stage"}, plot,
      html("div", {class: "widget-check-numbers"},
        html("div", {class: "widget-control"}, html("label", {class: "widget-label", for: range.id}, "step ", html("i", {}, "h")),
          html("span", {class: "widget-slider"}, range), value),
        table, subtraction)),
    says.element);
  element.append(body);
  display();
  paint();
}
