// @ts-check
/** Lesson chain-rule: one weight and two examples, values down and gradients back, a number at a time. */

import {Linear, MSELoss, Sigmoid} from "./network.mjs";
import {asked, button, html, isCalm, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";

/**
 * What a reader may choose: the weight, the bias, and input and target of examples p and q.
 * @typedef {{w: number, b: number, xp: number, yp: number, xq: number, yq: number}} Given
 */

/** The numbers of the lesson. @type {Given} */
export const LESSON = {w: 2, b: -1, xp: 1.5, yp: 1, xq: 0.5, yq: 0};

/**
 * Every number of the graph, computed by the network's layers. Of two, the first is example p's.
 * `slopes` are the local derivatives of a, `paths` what arrives at the weight, before it is added.
 * @param {Given} given
 */
export function compute({w, b, xp, yp, xq, yq}) {
  const [layer, activation, criterion] = [new Linear(1, 1), new Sigmoid(), new MSELoss()];
  layer.weight = [[w]];
  layer.bias = [b];
  const flat = (/** @type {number[][]} */ column) => column.map(([entry]) => entry);
  const z = layer.forward([[xp], [xq]]);
  const a = activation.forward(z);
  const L = criterion.forward(a, [[yp], [yq]]);
  const slopes = flat(activation.backward([[1], [1]]));
  const da = criterion.backward();
  const dz = activation.backward(da);
  const dx = flat(layer.backward(dz));
  const paths = flat(dz).map((gradient, n) => gradient * [xp, xq][n]);
  return {z: flat(z), a: flat(a), L, slopes, da: flat(da), dz: flat(dz), dx, paths, dw: layer.grad_weight[0][0], db: layer.grad_bias[0]};
}

/** A number as the figure writes it: four decimals at most, or two digits of what is smaller. @param {number} value */
export const word = (value) => {
  const isSmall = value !== 0 && Math.abs(value) < 5e-5;
  return show(Number(isSmall ? value.toPrecision(2) : value.toFixed(4)));
};

/** The same as a factor or a term. @param {number} value */
const inside = (value) => (value < 0 ? `(${word(value)})` : word(value));

/**
 * Which numbers become known, in their order, and how each is computed.
 * @type {{id: string, edges: string[], title: string, sum: (given: Given, found: ReturnType<typeof compute>) => string, note: (found: ReturnType<typeof compute>) => string}[]}
 */
export const STEPS = [
  ...[0, 1].map((n) => ({
    id: `z${n}`, edges: [`z${n}`], title: `Forward: z of example ${"pq"[n]}`,
    sum: (/** @type {Given} */ {w, b, xp, xq}, /** @type {any} */ {z}) => `z = wx + b = ${word(w)} × ${inside([xp, xq][n])} + ${inside(b)} = ${word(z[n])}`,
    note: () => "When w moves, z moves x times as far: that is written at the arrow.",
  })),
  ...[0, 1].map((n) => ({
    id: `a${n}`, edges: [`a${n}`], title: `Forward: a of example ${"pq"[n]}`,
    sum: (/** @type {Given} */ _, /** @type {any} */ {z, a}) => `a = σ(z) = σ(${word(z[n])}) = ${word(a[n])}`,
    note: (/** @type {any} */ {slopes}) => `The arrow carries the slope of the sigmoid, a(1 − a) = ${word(slopes[n])}.`,
  })),
  {
    id: "L", edges: ["L0", "L1"], title: "Forward: the loss",
    sum: ({yp, yq}, {a, L}) => `L = ((${word(a[0])} − ${inside(yp)})² + (${word(a[1])} − ${inside(yq)})²) / 2 = ${word(L)}`,
    note: () => "The mean of two squares: each arrow carries 2(a − y)/2.",
  },
  {
    id: "dL", edges: [], title: "Back: start with 1", sum: () => "∂L/∂L = 1",
    note: () => "The loss moves as far as the loss. Now each number goes back along the arrows.",
  },
  ...[0, 1].map((n) => ({
    id: `da${n}`, edges: [`L${n}`], title: `Back: the gradient of a, example ${"pq"[n]}`,
    sum: (/** @type {Given} */ _, /** @type {any} */ {da}) => `∂L/∂a = 1 × ${inside(da[n])} = ${word(da[n])}`,
    note: () => "What arrives, times what is written at the arrow.",
  })),
  ...[0, 1].map((n) => ({
    id: `dz${n}`, edges: [`a${n}`], title: `Back: the gradient of z, example ${"pq"[n]}`,
    sum: (/** @type {Given} */ _, /** @type {any} */ {da, slopes, dz}) => `∂L/∂z = ${word(da[n])} × ${inside(slopes[n])} = ${word(dz[n])}`,
    note: () => "Multiply along the path.",
  })),
  {
    id: "dw0", edges: ["z0"], title: "Back: the first path reaches the weight",
    sum: ({xp}, {dz, paths}) => `${word(dz[0])} × ${inside(xp)} = ${word(paths[0])}`,
    note: () => "This is not yet the gradient: the other path has to arrive first.",
  },
  {
    id: "dw1", edges: ["z1"], title: "Back: the second path is added",
    sum: ({xq}, {dz, paths, dw}) => `∂L/∂w = ${word(paths[0])} + ${word(dz[1])} × ${inside(xq)} = ${word(paths[0])} + ${inside(paths[1])} = ${word(dw)}`,
    note: ({dz, db}) => `Add over paths. The bias has two paths as well: ${word(dz[0])} + ${inside(dz[1])} = ${word(db)}.`,
  },
];

const LIMITS = {min: -10, max: 10};
const PAUSE = 1600; // milliseconds between two steps of a run
const WAY = 600; // milliseconds that a number is seen on its way
const [WIDTH, HEIGHT, R] = [340, 396, 31];
/** @type {Record<string, [number, number]>} */
const PLACES = {w: [170, 50], z0: [72, 154], z1: [268, 154], a0: [72, 254], a1: [268, 254], L: [170, 346]};
/** From where an arrow comes, and where it leads, by the node or the way that it stands for. */
const EDGES = Object.fromEntries([0, 1].flatMap((n) => [[`z${n}`, ["w", `z${n}`]], [`a${n}`, [`z${n}`, `a${n}`]], [`L${n}`, [`a${n}`, "L"]]]));

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const last = STEPS.length;
  const given = /** @type {Given} */ (Object.fromEntries(Object.entries(LESSON).map(([key, number]) => [key, asked(state, key, number, LIMITS)])));
  let at = asked(state, "step", last, {min: 0, max: last, whole: true}); // how many numbers are known
  let found = compute(given);
  let isReady = false; // what stands there before anything was touched needs no address
  let isRunning = false;
  let then = 0; // when the last step was taken
  let isOnItsWay = false;

  // The graph
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ anchor, /** @type {string} */ dress, /** @type {string} */ words = "") =>
    svg("text", {x, y, "text-anchor": anchor, class: dress}, words);
  /** @type {Record<string, any>[]} */
  const [values, gradients, locals, arrows] = [{}, {}, {}, {}];
  const picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: "0", role: "img", class: "widget-chain-picture", "font-size": 14, fill: "currentColor"});
  for (const [id, [from, to]] of Object.entries(EDGES)) {
    const [[x1, y1], [x2, y2]] = [PLACES[from], PLACES[to]];
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    const [tipX, tipY] = [x2 - dx * (R + 3), y2 - dy * (R + 3)];
    arrows[id] = svg("g", {class: "widget-chain-arrow"},
      svg("path", {d: `M${x1 + dx * (R + 2)} ${y1 + dy * (R + 2)}L${tipX} ${tipY}`}),
      svg("path", {d: `M${tipX} ${tipY}L${tipX - 8 * dx - 4 * dy} ${tipY - 8 * dy + 4 * dx}L${tipX - 8 * dx + 4 * dy} ${tipY - 8 * dy - 4 * dx}z`}));
    const isLeft = id.endsWith("0");
    locals[id] = text((x1 + x2) / 2 + (isLeft ? -10 : 10), (y1 + y2) / 2 + 5, isLeft ? "end" : "start", "fig-fill-muted");
    picture.append(arrows[id], locals[id]);
  }
  for (const [id, [x, y]] of Object.entries(PLACES)) {
    const isLeft = id.endsWith("0");
    values[id] = text(x, y - 3, "middle", "fig-fill-blue");
    gradients[id] = text(x, y + 15, "middle", "fig-fill-orange");
    picture.append(svg("circle", {cx: x, cy: y, r: R, class: "widget-chain-node", "data-node": id}), values[id], gradients[id],
      text(x + (isLeft ? -R - 7 : R + 7), y + 5, isLeft ? "end" : "start", "widget-chain-name", id[0]));
  }
  const inputs = [0, 1].map((n) => {
    const [x, anchor] = n ? [WIDTH - 4, "end"] : [4, "start"];
    const rows = [text(x, 36, anchor, ""), text(x, 56, anchor, "")];
    picture.append(text(x, 14, anchor, "widget-chain-example", `example ${"pq"[n]}`), ...rows);
    return rows;
  });
  const added = text(PLACES.w[0], 134, "middle", "fig-fill-orange fig-halo");
  const dots = [0, 1].map(() => svg("circle", {r: 6, class: "fig-stroke-paper", "stroke-width": 1.5}));
  picture.append(added, text(160, 390, "end", "fig-fill-blue widget-chain-example", "↓ a value"),
    text(180, 390, "start", "fig-fill-orange widget-chain-example", "↑ its gradient"), ...dots);

  // What steps, says and is chosen
  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const sum = html("output", {class: "widget-chain-sum", "data-name": "sum", "aria-live": "off"});
  const refuse = (/** @type {string} */ words) => {
    if (words) run(false);
    message.textContent = words;
  };
  const back = button("Back", () => go(at - 1), {"data-name": "back"});
  const next = button("Next", () => go(at === last ? 0 : at + 1), {"data-name": "next"});
  const play = button("Play", () => run(!isRunning), {"data-name": "play"});
  const slider = html("input", {type: "range", class: "widget-range", min: "0", max: String(last), "aria-label": "step", "data-name": "step", input: () => go(Number(slider.value))});
  const controls = Object.fromEntries(Object.keys(LESSON).map((key) => [key, numberControl({
    label: html("i", {}, key[0]), name: key.length > 1 ? `${key[0]} of example ${key[1]}` : key,
    value: given[/** @type {keyof Given} */ (key)], step: 0.1, slider: false, limits: LIMITS, refuse,
    change: (number) => {
      given[/** @type {keyof Given} */ (key)] = number;
      update();
    },
  })]));
  const reset = button("The lesson's numbers", () => {
    Object.assign(given, LESSON);
    for (const [key, number] of Object.entries(LESSON)) controls[key].write(number);
    refuse("");
    update();
  }, {"data-name": "lesson"});

  const paint = painter(picture, (now) => {
    if (isRunning && now - then >= PAUSE) {
      at += 1;
      then = now;
      isOnItsWay = true;
      if (at === last) run(false);
      update();
    }
    const part = isCalm() ? 1 : Math.min(1, (now - then) / WAY);
    isOnItsWay &&= part < 1;
    const {edges = [], id = ""} = STEPS[at - 1] ?? {};
    dots.forEach((dot, k) => {
      const [from, to] = EDGES[edges[k]] ?? [];
      dot.style.display = isOnItsWay && from ? "" : "none";
      if (!from) return;
      const isBack = id.startsWith("d");
      const [[x1, y1], [x2, y2]] = isBack ? [PLACES[to], PLACES[from]] : [PLACES[from], PLACES[to]];
      const eased = part * (2 - part);
      set(dot, {cx: x1 + eased * (x2 - x1), cy: y1 + eased * (y2 - y1), fill: `var(--fig-${isBack ? "orange" : "blue"})`});
    });
    if (isRunning || isOnItsWay) paint();
  }, signal);

  /** @param {boolean} wanted */
  function run(wanted) {
    if (wanted && at === last) at = 0;
    isRunning = wanted;
    play.textContent = wanted ? "Pause" : "Play";
    if (!wanted) return;
    then = performance.now() - PAUSE;
    update();
    paint();
  }

  /** Show so many numbers. @param {number} wanted */
  function go(wanted) {
    run(false);
    isOnItsWay = wanted === at + 1;
    at = Math.min(Math.max(wanted, 0), last);
    then = performance.now();
    update();
  }

  function update() {
    found = compute(given);
    const step = STEPS[at - 1];
    const known = new Set(STEPS.slice(0, at).map(({id}) => id));
    const write = (/** @type {any} */ where, /** @type {string} */ id, /** @type {number} */ value) => {
      where.textContent = known.has(id) ? word(value) : id === STEPS[at]?.id ? "?" : "·";
    };
    values.w.textContent = word(given.w);
    write(values.L, "L", found.L);
    write(gradients.L, "dL", 1);
    for (const n of [0, 1]) {
      const [x, y] = n ? [given.xq, given.yq] : [given.xp, given.yp];
      inputs[n][0].textContent = `x = ${word(x)}`;
      inputs[n][1].textContent = `y = ${word(y)}`;
      write(values[`z${n}`], `z${n}`, found.z[n]);
      write(values[`a${n}`], `a${n}`, found.a[n]);
      write(gradients[`a${n}`], `da${n}`, found.da[n]);
      write(gradients[`z${n}`], `dz${n}`, found.dz[n]);
      for (const [id, from, value] of /** @type {[string, string, number][]} */ ([[`z${n}`, `z${n}`, x], [`a${n}`, `a${n}`, found.slopes[n]], [`L${n}`, "L", found.da[n]]])) {
        locals[id].textContent = known.has(from) ? `× ${inside(value)}` : "";
      }
    }
    const arrived = known.has("dw1") ? found.dw : known.has("dw0") ? found.paths[0] : null;
    gradients.w.textContent = arrived === null ? (STEPS[at]?.id === "dw0" ? "?" : "·") : word(arrived);
    added.textContent = known.has("dw0") ? `${word(found.paths[0])} + ${known.has("dw1") ? inside(found.paths[1]) : "?"}` : "";
    for (const [id, arrow] of Object.entries(arrows)) {
      const isLit = step?.edges.includes(id);
      arrow.classList.toggle("widget-chain-forward", isLit && !step.id.startsWith("d"));
      arrow.classList.toggle("widget-chain-back", isLit && step.id.startsWith("d"));
    }
    for (const node of picture.querySelectorAll("[data-node]")) {
      node.classList.toggle("widget-chain-new", step !== undefined && step.id.replace(/^d/, "").replace(/^w.$/, "w") === node.dataset.node);
    }
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", step ? `${at} of ${last}, ${step.title}` : "nothing computed yet");
    back.disabled = at === 0;
    next.textContent = at === last ? "From the start" : "Next";
    sum.textContent = step ? step.sum(given, found) : "Nothing is computed yet.";
    if (step) says.say(`${at} of ${last}. ${step.title}.`, step.note(found));
    else says.say("Press Next.", "Values go down from the weight to the loss, and then gradients come back.");
    picture.setAttribute("aria-label", `The graph of one weight and two examples. ${step ? `${step.title}: ${sum.textContent}` : sum.textContent} The arrow keys step.`);
    const changed = Object.entries(given).filter(([key, number]) => LESSON[/** @type {keyof Given} */ (key)] !== number);
    if (isReady) share({step: at, ...Object.fromEntries(changed)});
    paint();
  }

  picture.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const wanted = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last}[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    go(Math.min(wanted, last));
  });

  const group = (/** @type {string} */ words, /** @type {string[]} */ ...keys) =>
    html("div", {class: "widget-chain-group"}, html("span", {class: "widget-hint"}, words), ...keys.map((key) => controls[key].element));
  element.append(html("div", {class: "widget-body"},
    html("div", {class: "widget-chain-stage"}, picture,
      html("div", {}, html("div", {class: "widget-chain-buttons"}, back, next, play), slider, sum, says.element,
        group("unit", "w", "b"), group("p", "xp", "yp"), group("q", "xq", "yq"), html("div", {class: "widget-row"}, reset), message))));
  update();
  isReady = true;
}
