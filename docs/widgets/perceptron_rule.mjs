// @ts-check
/** Lesson perceptron-rule: the rule, example by example, and the four inequalities beside it. */

import {asked, button, choice, html, isCalm, painter, sentence, set, show, svg} from "./widget.mjs";

/** @typedef {[number, number, number]} Parameters  w1, w2, b */
/** @typedef {{row: number, answer: number, before: Parameters, after: Parameters}} Turn */

/** The four positions, in the order in which the rule sees them. */
export const POSITIONS = [[0, 0], [0, 1], [1, 0], [1, 1]];

/** @type {Record<string, number[]>} */
export const TABLES = {and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0]};

/** @param {Parameters} parameters @param {number[]} position */
export const weightedSum = ([w1, w2, b], [x1, x2]) => w1 * x1 + w2 * x2 + b;

/** @param {number} z */
export const step = (z) => (z > 0 ? 1 : 0);

/** The parameters after one example. @param {Parameters} parameters @param {number[]} x @param {number} y @returns {Parameters} */
export function correct(parameters, x, y) {
  const [w1, w2, b] = parameters;
  const change = y - step(weightedSum(parameters, x));
  return [w1 + change * x[0], w2 + change * x[1], b + change];
}

/** The rule from zeros, example after example. @param {number[]} targets @param {number} steps @returns {Turn[]} */
export function learn(targets, steps) {
  /** @type {Turn[]} */
  const turns = [];
  /** @type {Parameters} */
  let before = [0, 0, 0];
  for (let k = 0; k < steps; k++) {
    const row = k % 4;
    const after = correct(before, POSITIONS[row], targets[row]);
    turns.push({row, answer: step(weightedSum(before, POSITIONS[row])), before, after});
    before = after;
  }
  return turns;
}

/** The mistakes of each epoch; the last one may not be over. @param {Turn[]} turns @param {number[]} targets */
export function mistakes(turns, targets) {
  /** @type {number[]} */
  const counts = [];
  turns.forEach(({row, answer}) => {
    if (row === 0) counts.push(0);
    counts[counts.length - 1] += Number(answer !== targets[row]);
  });
  return counts;
}

/** Whether no line separates the ones from the zeros. @param {number[]} targets */
export const isHopeless = (targets) => targets[0] === targets[3] && targets[1] === targets[2] && targets[0] !== targets[1];

/**
 * At the end of an epoch: the epoch after which the parameters were the same, though it made
 * mistakes since; 0 is the start, and null means that they are new or the epoch is not over.
 * @param {Turn[]} turns @param {number[]} targets
 */
export function recurs(turns, targets) {
  const epochs = turns.length / 4;
  if (!Number.isInteger(epochs) || epochs === 0 || mistakes(turns, targets)[epochs - 1] === 0) return null;
  const now = String(turns[turns.length - 1].after);
  for (let epoch = 0; epoch < epochs; epoch++) if (String(turns[4 * epoch].before) === now) return epoch;
  return null;
}

/** Whether the last four examples, whichever came first, were right. @param {Turn[]} turns @param {number[]} targets */
export const hasLearned = (turns, targets) => turns.length >= 4 && turns.slice(-4).every(({row, answer}) => answer === targets[row]);

const NAMES = ["w₁", "w₂", "b"];

/** Text in which the letters of numbers are slanted. @param {string} words */
const maths = (words) => words.split(/([wbz][₁₂]?)/).map((part) => (/^[wbz]/.test(part) ? html("i", {}, part) : part));

/** What a position asks of the numbers, such as "w₂ + b > 0". @param {number[]} position @param {number} target */
export function inequality([x1, x2], target) {
  return `${[x1 ? "w₁" : "", x2 ? "w₂" : "", "b"].filter(Boolean).join(" + ")} ${target ? "> 0" : "≤ 0"}`;
}

/** "w₂ and b go up by 1" @param {Turn} turn */
function changes({before, after}) {
  const names = NAMES.filter((_, k) => before[k] !== after[k]);
  const list = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return `${list} ${names.length > 1 ? "go" : "goes"} ${after[2] > before[2] ? "up" : "down"} by 1`;
}

/**
 * Say what has happened so far.
 * @param {Turn[]} turns @param {number[]} targets @param {string} name  "AND", or "" for a table of the reader's
 * @returns {[string, string, boolean]}
 */
export function story(turns, targets, name) {
  const what = name || `the table ${targets.join(" ")}`;
  if (!turns.length) return [`All parameters are 0. Predict: how many mistakes will ${what} cost in the first epoch?`, "And after that, fewer and fewer?", false];
  const turn = turns[turns.length - 1];
  const total = mistakes(turns, targets).reduce((sum, count) => sum + count, 0);
  const position = `(${POSITIONS[turn.row].join(", ")})`;
  const target = targets[turn.row];
  const event = turn.answer === target ? `At ${position} the output ${turn.answer} was right: nothing changes.`
    : `At ${position} the output was ${turn.answer} and should be ${target}: ${changes(turn)}.`;
  if (hasLearned(turns, targets)) {
    return [`It has learned ${what}, after ${total} mistake${total === 1 ? "" : "s"}.`, "All four inequalities are fulfilled; nothing will change any more.", false];
  }
  const since = recurs(turns, targets);
  if (since !== null) {
    const place = since === 0 ? "where they started" : `where they were at the end of epoch ${since}`;
    return [`The weights are ${place}: it goes round for ever.`, "An epoch depends on nothing but the parameters at its beginning. More epochs will not help.", true];
  }
  return [event, "", turn.answer !== target];
}

const MOST = 400; // examples
const PAUSE = 420; // milliseconds between the examples of a run
const [LOW, HIGH] = [-0.7, 1.7]; // what is seen of the plane
const SIZE = 300;
const across = (/** @type {number} */ x) => (SIZE * (x - LOW)) / (HIGH - LOW);
const down = (/** @type {number} */ y) => SIZE - across(y);

/** The part of the plane where the output is 1, as corners, and the line as two ends. @param {number[]} parameters */
export function halfPlane([w1, w2, b]) {
  const corners = [[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]];
  const z = corners.map(([x, y]) => w1 * x + w2 * y + b);
  /** @type {number[][]} */
  const side = [];
  /** @type {number[][]} */
  const border = [];
  corners.forEach((corner, k) => {
    const next = (k + 1) % 4;
    if (z[k] > 0) side.push(corner);
    if (z[k] > 0 === z[next] > 0) return;
    const part = z[k] / (z[k] - z[next]);
    const cut = [0, 1].map((i) => corner[i] + part * (corners[next][i] - corner[i]));
    side.push(cut);
    border.push(cut);
  });
  return {side, border};
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let targets = /^[01]{4}$/.test(state.targets ?? "") ? [...state.targets].map(Number) : TABLES.and;
  let steps = asked(state, "steps", 0, {min: 0, max: MOST, whole: true});
  let turns = learn(targets, steps);
  let isRunning = false;
  let last = -PAUSE; // when the last example was shown
  const nameOf = () => Object.keys(TABLES).find((name) => String(TABLES[name]) === String(targets));

  const body = html("div", {class: "widget-body"}); // at work as long as any part of it is seen
  const says = sentence(signal);
  const ground = svg("rect", {class: "widget-rule-ground", x: 0, y: 0, width: SIZE, height: SIZE});
  const side = svg("path", {class: "widget-rule-side"});
  const border = svg("path", {class: "widget-rule-line"});
  const points = POSITIONS.map(([x1, x2], row) => {
    const toggle = () => take(targets.map((target, k) => (k === row ? 1 - target : target)));
    const circle = (/** @type {string} */ part, /** @type {number} */ r) =>
      svg("circle", {class: `widget-rule-${part}`, cx: across(x1), cy: down(x2), r});
    return svg("g", {
      class: "widget-rule-point", role: "button", tabindex: "0", "data-name": `point-${x1}${x2}`, click: toggle,
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      },
    }, circle("reach", 30), circle("turn", 22), circle("ring", 14), circle("dot", 8.5),
    svg("text", {x: across(x1) + (x1 ? 25 : -25), y: down(x2) + (x2 ? -14 : 25), "text-anchor": x1 ? "start" : "end", "aria-hidden": "true"}, `(${x1}, ${x2})`));
  });
  const plane = svg("svg", {viewBox: `0 0 ${SIZE} ${SIZE + 22}`, class: "widget-rule-plane", role: "group"},
    ground, side, border, ...points,
    svg("text", {x: SIZE - 4, y: SIZE + 16, "text-anchor": "end"}, "x₁ →"), svg("text", {x: 6, y: 16}, "↑ x₂"));
  const numbers = NAMES.map((name) => html("output", {"data-name": name}));

  const rows = POSITIONS.map(([x1, x2]) => {
    const cells = ["should", "asks"].map(() => html("td", {}));
    const output = html("output", {"data-name": `z-${x1}${x2}`});
    const sign = html("td", {class: "widget-rule-sign"});
    const row = html("tr", {}, html("th", {scope: "row"}, `(${x1}, ${x2})`), ...cells, html("td", {}, output), sign);
    return {row, cells, output, sign};
  });
  const table = html("table", {class: "widget-table widget-rule-table"},
    html("thead", {}, html("tr", {}, ...[["position"], ["target"], ["asks for"], [html("i", {}, "z"), " now"]].map((words) => html("th", {scope: "col"}, ...words)), html("td"))),
    html("tbody", {}, ...rows.map(({row}) => row)));
  const sums = html("p", {class: "widget-rule-sums"});
  const history = html("p", {class: "widget-rule-history"});

  const tables = choice({
    legend: "Targets", value: nameOf() ?? "own",
    options: {and: "AND", or: "OR", xor: "XOR", own: "your own"},
    change: (value) => take(TABLES[value] ?? targets),
  });
  const runButton = button("Run", () => run(!isRunning), {"data-name": "run"});
  const advance = (/** @type {number} */ count) => {
    run(false);
    go(Math.min(MOST, steps + count));
  };
  const buttons = [
    button("One example", () => advance(1), {"data-name": "example"}),
    button("One epoch", () => advance(4 - (steps % 4)), {"data-name": "epoch"}),
    runButton,
    button("Back to the start", () => advance(-steps), {"data-name": "reset"}),
  ];

  const paint = painter(body, (now) => {
    if (isRunning && now - last >= PAUSE) {
      last = now;
      go(steps + 1);
      if (steps >= MOST || hasLearned(turns, targets) || recurs(turns, targets) !== null) run(false);
    }
    draw(now);
    if (isRunning || now - last < PAUSE / 2) paint();
  }, signal);

  /** @param {boolean} wanted */
  function run(wanted) {
    isRunning = wanted;
    runButton.textContent = wanted ? "Pause" : "Run";
    paint();
  }

  /** @param {number} wanted */
  function go(wanted) {
    steps = wanted;
    turns = learn(targets, steps);
    last = performance.now();
    share({targets: targets.join(""), steps});
    display();
    paint();
  }

  /** @param {number[]} wanted */
  function take(wanted) {
    run(false);
    targets = wanted;
    const input = tables.querySelector(`[value="${nameOf() ?? "own"}"]`);
    const isOwn = /** @type {HTMLInputElement} */ (tables.querySelector('[value="own"]')).checked;
    if (!isOwn) input.checked = true;
    go(0);
  }

  const now = () => (turns.length ? turns[turns.length - 1].after : /** @type {Parameters} */ ([0, 0, 0]));

  /** The line on its way from where it was. @param {number} time */
  function draw(time) {
    const part = isCalm() || !turns.length ? 1 : Math.min(1, Math.max(0, (time - last) / (PAUSE / 2)));
    const before = turns.length ? turns[turns.length - 1].before : now();
    const eased = part * (2 - part);
    const {side: corners, border: ends} = halfPlane(now().map((value, k) => before[k] + eased * (value - before[k])));
    const path = (/** @type {number[][]} */ places) => (places.length ? `M${places.map(([x, y]) => `${across(x).toFixed(1)} ${down(y).toFixed(1)}`).join("L")}` : "");
    set(side, {d: corners.length ? `${path(corners)}Z` : ""});
    set(border, {d: path(ends)});
  }

  function display() {
    const parameters = now();
    const next = steps % 4;
    const learned = hasLearned(turns, targets);
    numbers.forEach((output, k) => (output.textContent = show(parameters[k])));
    rows.forEach(({row, cells: [should, asks], output, sign}, k) => {
      const z = weightedSum(parameters, POSITIONS[k]);
      const isWrong = step(z) !== targets[k];
      should.textContent = String(targets[k]);
      asks.replaceChildren(...maths(inequality(POSITIONS[k], targets[k])));
      output.textContent = show(z);
      sign.textContent = isWrong ? "✗" : "✓";
      row.classList.toggle("widget-rule-wrong", isWrong);
      row.classList.toggle("widget-rule-next", k === next && !learned);
      points[k].classList.toggle("widget-rule-wrong", isWrong);
      points[k].classList.toggle("widget-rule-next", k === next && !learned);
      set(points[k], {
        "aria-pressed": String(targets[k] === 1),
        "aria-label": `target of (${POSITIONS[k].join(", ")}): ${targets[k]}, output ${step(z)}`,
      });
    });
    const sum = parameters[0] + parameters[1] + 2 * parameters[2];
    const [outer, inner] = targets[0] ? ["> 0", "≤ 0"] : ["≤ 0", "> 0"];
    const isOuter = step(sum) === targets[0];
    const line = (/** @type {string} */ words, /** @type {string} */ sign, /** @type {boolean} */ holds) =>
      html("span", {class: !holds && "widget-warning"}, `${words}: `, ...maths(`w₁ + w₂ + 2b ${sign}`), holds ? " ✓" : " ✗");
    if (isHopeless(targets)) {
      sums.replaceChildren(line("first + last", outer, isOuter), html("br"), line("the two between", inner, !isOuter), html("br"),
        `Now the sum is ${show(sum)}. Whatever the weights, one of the two is false.`);
    } else {
      sums.textContent = "Add them as you like: they do not contradict each other, since some line fulfils all four.";
    }
    const counts = mistakes(turns, targets);
    const shown = counts.slice(-12);
    history.replaceChildren(html("span", {}, counts.length > 12 ? "mistakes per epoch: …" : "mistakes per epoch:"),
      ...(counts.length ? shown.map((count, k) => html("span", {class: k === shown.length - 1 && steps % 4 && "widget-rule-open"},
        html("output", {"data-name": "mistakes"}, String(count)), k === shown.length - 1 && steps % 4 ? " so far" : "")) : ["none yet"]));
    says.say(...story(turns, targets, nameOf()?.toUpperCase() ?? ""));
    set(plane, {"aria-label": `The plane of the two inputs, with the line of ${NAMES.map((name, k) => `${name} ${show(parameters[k])}`).join(", ")}. Press a point to change its target.`});
  }

  body.append(
    html("div", {class: "widget-row"}, tables, html("span", {class: "widget-rule-hint"}, "press a point to change its target")),
    html("div", {class: "widget-rule-stage"},
      html("div", {}, plane, html("p", {class: "widget-rule-numbers"}, ...NAMES.map((name, k) => html("span", {}, html("i", {}, name), " = ", numbers[k])))),
      html("div", {class: "widget-moves"}, html("div", {class: "widget-row"}, ...buttons), history),
      html("div", {}, table, sums,
        html("p", {class: "widget-rule-legend"}, "Filled: target 1. Tinted: output 1. Orange: wrong. Dashed: its turn."))),
    says.element);
  element.append(body);
  display();
  paint();
}
