// @ts-check
/** Lesson gradient-check: train a network of the zoo on XOR, and check its gradient. */

import {button, choice, html, asked, isCalm, numberControl, painter, sentence, set, show, svg} from "./widget.mjs";
import {ARRAYS, CHECKS, MUTANTS, STEPS, Training, check_gradients, problem} from "./zoo.mjs";

const SEEDS = 30; // as in zoo.py
const RIGHT = 1e-6; // a relative error below this is rounding
const MATTERS = 0.005; // what is shown as 0.01 or more

const GROUPS = [["in the loss", 2], ["in the activation", 3], ["in what travels back", 3], ["in the first layer", 2], ["in the biases", 3]];

/** @type {Record<keyof typeof CHECKS, string>} */
const WORDS = {
  "careful": "6 examples, everything random",
  "1 example": "one example, everything random",
  "all zero": "6 examples, all parameters 0",
  "all equal": "6 examples, all parameters 0.5",
};

// Why a careless check lets something through.
/** @type {Record<keyof typeof CHECKS, string>} */
const REASONS = {
  "careful": "",
  "1 example": "With one example, sum, mean and first row are the same.",
  "all zero": "With all parameters 0, nothing flows back through the weights, and what isn't there can't be wrong.",
  "all equal": "With all parameters equal, a square matrix is its own transpose.",
};

/** What the pattern of the errors of a careful check says. @param {number[]} errors  as ARRAYS */
export function pattern(errors) {
  const wrong = ARRAYS.filter((_, k) => errors[k] > MATTERS);
  const are = (/** @type {string} */ names) => wrong.join(" ") === names;
  const sameAs = (/** @type {number} */ value) => wrong.every((name) => Math.abs(errors[ARRAYS.indexOf(name)] - value) < MATTERS);
  if (!wrong.length) return "";
  if (wrong.length === ARRAYS.length) return "Everything is wrong, the last layer too: look at the loss, where the way back begins.";
  if (are("b1 b2 b3")) return `Only the biases are wrong${sameAs(1) ? ", by exactly 1: their gradients are missing" : ": look at the line for the bias"}.`;
  if (are("W1 b1") && sameAs(1)) return "Only layer 1 is wrong, and by exactly 1: its gradient is missing.";
  if (are("W1 b1") && sameAs(2)) return "Only layer 1 is wrong, and by exactly 2: its sign is flipped.";
  if (are("W1 b1 inputs")) return "Layers 2 and 3 are right and layer 1 is not: look at what comes between.";
  if (are("W1 b1 W2 b2 inputs")) return "The last layer is right and what lies before it is wrong: look at what is handed back.";
  return `Wrong: ${wrong.join(", ")}.`;
}

/**
 * Say what training and a check have shown: the verdict, the reasons, and whether it is a warning.
 * @param {boolean} isRight  whether it is the right network
 * @param {number[]} errors @param {keyof typeof CHECKS} check
 * @param {{solved: boolean, exploded: boolean, steps: number}} trained
 * @returns {[string, string, boolean]}
 */
export function verdict(isRight, errors, check, {solved, exploded, steps}) {
  const worst = Math.max(...errors);
  const learned = exploded ? `Its numbers became too large after ${steps} steps` : solved ? "It learned XOR" : "It did not learn XOR";
  const link = exploded || !solved ? "and" : "yet";
  if (isRight) return [`${learned}, and the check accepts it.`, "Every array agrees to better than a millionth. Now choose a wrong one.", false];
  if (worst < RIGHT) return [`${learned}, and this check lets it through.`, `${REASONS[check]} Try the careful check.`, true];
  const rest = check === "careful" ? pattern(errors) : "Is the careful check as lucky?";
  return [`${learned}, ${link} the check rejects it.`, `The worst relative error is ${show(worst, 2)}. ${rest}`, false];
}

const BUDGET = 4; // milliseconds of a frame for computing
const PER_FRAME = 25; // steps, so that the fall can be seen
const APART = 110; // milliseconds between two arrays of a check

// The plot, in units of its viewBox.
const [LEFT, TOP, WIDTH, HEIGHT] = [34, 22, 276, 148];
const across = (/** @type {number} */ step) => LEFT + (WIDTH * Math.log(1 + step)) / Math.log(1 + STEPS);
const down = (/** @type {number} */ loss) => TOP + HEIGHT * (1 - Math.min(loss, 1));

/** The line through losses, thinned out where steps lie close. @param {number[]} losses */
const line = (losses) => losses.reduce((path, loss, step) => (step < 60 || step % (step < 400 ? 4 : 20) === 0 || step === losses.length - 1
  ? `${path}${path ? "L" : "M"}${across(step).toFixed(1)} ${down(loss).toFixed(1)}` : path), "");

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const right = {name: "right", kind: null, words: "np_nn as it is: the right one, for comparison."};
  const kinds = new Map([["right", right], ...MUTANTS.map(([name, kind, words]) => /** @type {const} */ ([kind.name, {name, kind, words}]))]);
  const chosen = (/** @type {string} */ name) => kinds.get(name) ?? right;
  let key = kinds.has(state.network) ? state.network : "FirstRowBias";
  let check = /** @type {keyof typeof CHECKS} */ (Object.hasOwn(CHECKS, state.check) ? state.check : "careful");
  let seed = asked(state, "seed", 0, {min: 0, max: SEEDS - 1, whole: true});
  /** @type {Training | null} */
  let training = null;
  /** @type {Training} */
  let reference;
  /** @type {Generator<number | null, void> | null} */
  let checking = null;
  /** @type {number[]} */
  let errors = [];
  let isTraining = false;
  let last = 0; // when the last array was shown

  const body = html("div", {class: "widget-body"}); // at work as long as any part of it is seen
  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});

  const option = (/** @type {string} */ value) =>
    html("option", {value, selected: value === key}, chosen(value).name);
  const names = MUTANTS.map(([, kind]) => kind.name);
  const groups = GROUPS.map(([words, count]) =>
    html("optgroup", {label: `wrong ${words}`}, ...names.splice(0, Number(count)).map(option)));
  const select = html("select", {
    class: "widget-select", "data-name": "network", id: "widget-gradient-zoo-network",
    change: () => {
      key = select.value;
      start();
      tell();
    },
  }, option("right"), ...groups);
  const about = html("p", {class: "widget-zoo-about"});

  const axis = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, anchor = "middle") =>
    svg("text", {x, y, "text-anchor": anchor}, words);
  const [curve, shadow] = ["widget-zoo-curve", "widget-zoo-shadow"].map((name) => svg("path", {class: name}));
  const plot = svg("svg", {viewBox: "0 0 320 200", role: "img", class: "widget-plot"},
    svg("path", {class: "widget-plot-grid", d: [0, 0.5, 1].map((y) => `M${LEFT} ${down(y)}H${LEFT + WIDTH}`).join("")}),
    axis(LEFT, 12, "loss on XOR", "start"),
    axis(LEFT + WIDTH, 12, "dotted: the right network", "end"),
    ...[0, 0.5, 1].map((y) => axis(LEFT - 6, down(y) + 4, show(y), "end")),
    ...[0, 10, 100, 1000].map((x) => axis(across(x), TOP + HEIGHT + 18, x.toLocaleString("en"))),
    axis(across(3), TOP + HEIGHT + 18, "steps"),
    shadow, curve);
  const outputs = Object.fromEntries(["step", "loss", "answers"].map((name) => [name, html("output", {"data-name": name})]));
  const legend = html("p", {class: "widget-zoo-numbers"},
    html("span", {}, "step ", outputs.step), html("span", {}, "loss ", outputs.loss), html("span", {}, "answers ", outputs.answers));

  const rows = ARRAYS.map((name) => {
    const bar = html("span", {class: "widget-zoo-bar"});
    const output = html("output", {"data-name": name}, "?");
    const sign = html("td", {class: "widget-zoo-sign"});
    const row = html("tr", {},
      html("th", {scope: "row"}, /\d/.test(name) ? html("i", {}, name[0]) : name, /\d/.test(name) ? html("sub", {}, name[1]) : ""),
      html("td", {class: "widget-zoo-track"}, html("span", {class: "widget-zoo-rail"}, bar)), html("td", {}, output), sign);
    return {row, bar, output, sign};
  });
  const kindOf = html("span", {});
  const table = html("table", {class: "widget-table widget-zoo-table"},
    html("caption", {}, "relative error: ", kindOf),
    html("thead", {"aria-hidden": "true"}, html("tr", {}, html("td"),
      html("td", {class: "widget-zoo-track"}, html("span", {class: "widget-zoo-scale"}, ...["0", "1", "2"].map((tick) => html("span", {}, tick)))), html("td"), html("td"))),
    html("tbody", {}, ...rows.map(({row}) => row)));

  const go = button("Train and check", () => {
    start();
    run();
    tell();
  }, {"data-name": "go", class: "widget-button widget-zoo-go"});
  const seedControl = numberControl({
    label: "seed", name: "seed", value: seed, step: 1, slider: false, limits: {min: 0, max: SEEDS - 1, whole: true},
    refuse: (words) => (message.textContent = words),
    change: (value) => {
      seed = value;
      start();
      tell();
    },
  });
  const checks = choice({
    legend: "Check", value: check,
    options: Object.fromEntries(Object.keys(CHECKS).map((name) => [name, name])),
    change: (value) => {
      check = /** @type {keyof typeof CHECKS} */ (value);
      errors = [];
      if (training) begin();
      display();
      tell();
      paint();
    },
  });

  const paint = painter(body, (now) => {
    const until = performance.now() + BUDGET;
    if (isTraining && training) {
      for (let step = 0; step < (isCalm() ? STEPS : PER_FRAME) && performance.now() < until && isTraining; step++) {
        training.step();
        if (reference.steps < training.steps) reference.step();
        isTraining = training.steps < STEPS && !training.exploded;
      }
    } else if (training?.exploded && reference.steps < STEPS) {
      while (performance.now() < until && reference.steps < STEPS) reference.step();
    }
    while (checking && performance.now() < until && (isCalm() || now - last >= APART)) {
      const {value, done} = checking.next();
      if (done) checking = null;
      if (typeof value !== "number") continue;
      errors.push(value);
      last = now;
    }
    display();
    if (isTraining || checking || (training && reference.steps < STEPS)) paint();
  }, signal);

  /** Begin anew: nothing is trained and nothing is checked. */
  function start() {
    message.textContent = "";
    training = null;
    reference = new Training(seed);
    isTraining = false;
    checking = null;
    errors = [];
    about.textContent = chosen(key).words;
    display();
    paint();
  }

  function run() {
    training = new Training(seed, chosen(key).kind);
    isTraining = true;
    begin();
    paint();
  }

  function begin() {
    checking = check_gradients(problem(0, chosen(key).kind, CHECKS[check]));
    errors = [];
  }

  function tell() {
    share({network: key, check, seed, done: Number(training !== null)});
  }

  /** Show what is known so far. */
  function display() {
    set(shadow, {d: training ? line(reference.losses.slice(0, training.exploded ? undefined : training.steps + 1)) : ""});
    set(curve, {d: training ? line(training.losses) : ""});
    curve.classList.toggle("widget-zoo-right", key === "right");
    const loss = training ? training.losses[training.steps] : reference.losses[0];
    outputs.step.textContent = String(training?.steps ?? 0);
    outputs.loss.textContent = show(loss, 4);
    const answers = (training ?? reference).answers().join(" ");
    outputs.answers.textContent = answers;
    kindOf.textContent = WORDS[check];
    rows.forEach(({row, bar, output, sign}, k) => {
      const error = errors[k];
      const isKnown = error !== undefined;
      const isWrong = isKnown && error >= RIGHT;
      output.textContent = isKnown ? show(error, 2) : "?";
      sign.textContent = isKnown ? (isWrong ? "✗" : "✓") : "";
      row.classList.toggle("widget-zoo-wrong", isWrong);
      bar.style.setProperty("--part", String(isKnown ? Math.min(error, 2) / 2 : 0));
    });
    set(plot, {"aria-label": `The loss on XOR is ${show(loss, 4)} after ${training?.steps ?? 0} steps; the answers are ${answers}.`});
    if (!training) return says.say("Predict: will it learn XOR? Which arrays will be wrong?", "0 is right, 1 means that nothing of the gradient is there, 2 is the opposite. Then press Train and check.");
    if (isTraining || errors.length < ARRAYS.length) return says.say(isTraining ? "It trains." : "The check runs.", "Each array is compared with central differences.");
    const solved = !training.exploded && answers === "0 1 1 0";
    says.say(...verdict(key === "right", errors, check, {solved, exploded: training.exploded, steps: training.steps}));
  }

  body.append(
    html("div", {class: "widget-row"},
      html("div", {class: "widget-control widget-zoo-choose"}, html("label", {class: "widget-label", for: select.id}, "network"), select),
      seedControl.element, go),
    about,
    html("div", {class: "widget-zoo-stage"},
      html("div", {}, plot, legend),
      html("div", {class: "widget-zoo-check"}, checks, table)),
    says.element, message);
  element.append(body);
  start();
  if (state.done === "1") run();
}
