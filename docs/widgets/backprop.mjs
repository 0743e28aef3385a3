// @ts-check
/** Lesson backprop: one example forward and back through two layers, one line of np_nn at a time. */

import {Linear, MSELoss, Network, Sigmoid} from "./network.mjs";
import {asked, button, html, numberControl, painter, read, sentence, show, svg} from "./widget.mjs";

/**
 * The entries of an array stand in one row; "dW1" is the gradient of "W1", and "W1.2" an entry.
 * @typedef {Record<string, number[]>} Numbers
 * @typedef {{text: string, from: string[]}} Sum  how an entry is computed, and of which entries
 * @typedef {{entry: number, question(n: Numbers): string, hint(n: Numbers, guess: number): string,
 *   options?: string[], right?(n: Numbers): number, mistakes?(n: Numbers): [number, string][]}} Question
 *   without options the answer is the entry itself
 * @typedef {{result: string, title: string, where: string, equation: string, code: string,
 *   sums(n: Numbers): Sum[], ask: Question, note(n: Numbers): string}} Operation
 */

/** The numbers of the lesson. @type {Numbers} */
export const LESSON = {X: [1, 0], W1: [0.5, -0.3, 0.8, 0.2], b1: [0.1, -0.1], W2: [1, -1.5], b2: [0.2], Y: [1]};

/** What a reader may choose: no sigmoid comes so near to 0 or 1 that it is rounded. @param {string} key */
const limits = (key) => ({X: {min: -3, max: 3}, Y: {min: 0, max: 1}}[key] ?? {min: -5, max: 5});

/** Return every number of the network, on its way forward and back. @param {Numbers} given @returns {Numbers} */
export function compute({X, Y, W1, b1, W2, b2}) {
  const [hidden, output] = [new Linear(2, 2), new Linear(2, 1)];
  [hidden.weight, hidden.bias] = [[W1.slice(0, 2), W1.slice(2)], b1];
  [output.weight, output.bias] = [[W2], b2];
  const network = new Network([hidden, new Sigmoid(), output, new Sigmoid()]);
  const loss = new MSELoss();
  /** @type {Numbers} */
  const found = {X, Y, W1, b1, W2, b2, dL: [1]};
  found.L = [loss.forward(network.forward([X]), [Y])];
  ["Z1", "A1", "Z2", "A2"].forEach((key, k) => (found[key] = network.layers[k].outputs[0]));
  let gradient = loss.backward();
  found.dA2 = gradient[0];
  ["dZ2", "dA1", "dZ1", "dX"].forEach((key, k) => {
    gradient = network.layers[3 - k].backward(gradient);
    found[key] = gradient[0];
  });
  [hidden, output].forEach((layer, k) => {
    found[`dW${k + 1}`] = layer.grad_weight.flat();
    found[`db${k + 1}`] = layer.grad_bias;
  });
  return found;
}

/** Return a number in four decimals, as far as there are any; only what is 0 becomes 0. @param {number} value */
export function brief(value) {
  const size = Math.abs(value);
  if (size === 0 || size >= 0.001) return show(Number(value.toFixed(size < 10 ? 4 : 3)));
  const [digits, exponent] = value.toExponential(1).replace("-", value < 0 ? "−" : "-").split("e");
  return `${digits}·10⁻${exponent.slice(1).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])}`;
}

// Names

/** @type {Record<string, number[]>} */
const SHAPES = {X: [1, 2], W1: [2, 2], b1: [2], Z1: [1, 2], A1: [1, 2], W2: [1, 2], b2: [1], Z2: [1, 1], A2: [1, 1], Y: [1, 1], L: []};
const low = (/** @type {string | number} */ digits) => String(digits).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
const isGradient = (/** @type {string} */ key) => key[0] === "d";
const owner = (/** @type {string} */ key) => (isGradient(key) ? key.slice(1) : key);

/** An array's shape in words. @param {string} key @param {boolean} [turned] */
export function shape(key, turned = false) {
  const sizes = SHAPES[owner(key)];
  if (sizes.length === 0) return "a number";
  if (sizes.length === 1) return sizes[0] === 1 ? "1 number" : `${sizes[0]} numbers`;
  return (turned ? [...sizes].reverse() : sizes).join(" × ");
}

/** An array's name: "W₁", "∂L/∂W₁", "Δ₁". @param {string} key */
const name = (key) => (/^dZ/.test(key) ? low(`Δ${key[2]}`) : isGradient(key) ? `∂L/∂${low(owner(key))}` : low(key));

/** An entry's name: "w₁₂", "∂L/∂w₁₂"; of example 1 and unit 2: "z₁₂". @param {string} id */
function entryName(id) {
  const [key, index] = id.split(".");
  const array = owner(key);
  const [rows, columns = 1] = SHAPES[array];
  const [row, column] = [Math.floor(Number(index) / columns) + 1, (Number(index) % columns) + 1];
  const place = array[0] === "W" ? `${row}${column}` : array[0] === "b" ? (rows > 1 ? Number(index) + 1 : "") : columns === 1 ? "" : array === "X" ? column : `1${column}`;
  const letter = array === "L" ? "L" : array[0].toLowerCase();
  return (isGradient(key) ? "∂L/∂" : "") + letter + low(place);
}

/** Letters become italic, and what is low, high or a fraction is set so: "{∂L|∂*b*_j}", "Σ_n,j", "W₁ᵀ". @param {string} text @returns {(Node | string)[]} */
function math(text) {
  const token = /\{([^|}]*)\|([^}]*)\}|\*(\w)\*|([A-Za-z]+)|([₀-₉]+)|_([\w,]+)|(ᵀ)/g;
  /** @type {(Node | string)[]} */
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(token)) {
    nodes.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    const [, top, bottom, bold, letters, digits, index] = found;
    if (bottom) nodes.push(html("span", {class: "widget-fraction"}, html("span", {}, ...math(top)), html("span", {}, ...math(bottom))));
    else if (bold) nodes.push(html("b", {}, html("i", {}, bold)));
    else if (letters) nodes.push(html("i", {}, letters));
    else if (digits) nodes.push(html("sub", {}, digits.replace(/./g, (digit) => String("₀₁₂₃₄₅₆₇₈₉".indexOf(digit)))));
    else if (index) nodes.push(html("sub", {}, html("i", {}, index)));
    else nodes.push(html("sup", {}, "⊤"));
  }
  return [...nodes, text.slice(end)];
}

/** How an array's name is set. @param {string} key */
function symbol(key) {
  const bare = owner(key).replace(/^b/, "*b*");
  return /^dZ/.test(key) ? name(key) : isGradient(key) ? `{∂L|∂${low(bare)}}` : low(bare);
}

// Operations

const range = (/** @type {number} */ size) => Array.from({length: size}, (_, index) => index);
const value = (/** @type {Numbers} */ n, /** @type {string} */ id) => n[id.split(".")[0]][Number(id.split(".")[1])];
const word = (/** @type {Numbers} */ n, /** @type {string} */ id) => brief(value(n, id));
const bracket = (/** @type {string} */ text) => (text.startsWith("−") ? `(${text})` : text);
const between = (/** @type {number} */ number, /** @type {number} */ bound) => (number < bound ? 0 : number > bound ? 2 : 1);
const SIGNS = ["below 0", "exactly 0", "above 0"];

/** A sum of products of entries. @param {Numbers} n @param {string[][]} products @returns {Sum} */
function sum(n, products) {
  const texts = products.map((ids, k) => ids.map((id, m) => (k + m ? bracket : String)(word(n, id))).join(" · "));
  return {text: texts.join(" + "), from: products.flat()};
}

/** The two operations of a layer on the way forward. @param {1 | 2} k @returns {Operation[]} */
function forward(k) {
  const [x, w, b, z, a] = [k === 1 ? "X" : "A1", `W${k}`, `b${k}`, `Z${k}`, `A${k}`];
  const units = range(k === 1 ? 2 : 1);
  const entry = units.length - 1;
  return [{
    result: z, title: `Layer ${k}: weigh and add`, where: "Linear.forward",
    equation: `[${z}] = [${x}][${w}ᵀ] + [${b}]`,
    code: `[${z}:return] [${x}:inputs] @ [${w}:self.weight.T] + [${b}:self.bias]`,
    sums: (n) => units.map((j) => sum(n, [...range(2).map((i) => [`${x}.${i}`, `${w}.${2 * j + i}`]), [`${b}.${j}`]])),
    note: () => (k === 1 ? "Row j of W₁ belongs to unit j. The ᵀ makes it a column, so that the product weighs the inputs with it."
      : "The same line of np_nn as in layer 1; its inputs are now the activations A₁."),
    ask: k === 1 ? {
      entry, question: () => "How large is z₁₂, the weighted sum of the second hidden unit?",
      mistakes: (n) => [
        [n.X[0] * n.W1[1] + n.X[1] * n.W1[3] + n.b1[1], `You took a column of W₁. The weights into unit 2 are its second row, ${word(n, "W1.2")} and ${word(n, "W1.3")}.`],
        [n.Z1[1] - n.b1[1], "That is the sum without the bias: add it as well."],
        [n.Z1[0], "That is z₁₁. For unit 2 take the second row of W₁ and the second bias."],
      ],
      hint: (n) => `Multiply each input by its weight into unit 2, ${word(n, "W1.2")} and ${word(n, "W1.3")}, add both, and then the bias.`,
    } : {
      entry, question: () => "Which sign has z, the weighted sum of the output unit?", options: SIGNS, right: (n) => between(n.Z2[0], 0),
      hint: (n) => `The activations ${word(n, "A1.0")} and ${word(n, "A1.1")} are weighed by ${word(n, "W2.0")} and ${word(n, "W2.1")}; then comes the bias, ${word(n, "b2.0")}.`,
    },
  }, {
    result: a, title: `Layer ${k}: squash`, where: "Sigmoid.forward",
    equation: `[${a}] = σ([${z}])`,
    code: `[${a}:self.outputs] = _sigmoid([${z}:inputs])`,
    sums: (n) => units.map((j) => ({text: `σ(${word(n, `${z}.${j}`)})`, from: [`${z}.${j}`]})),
    note: () => "σ(0) is ½ and σ rises, so the sign of the weighted sum says on which side of ½ the activation lies.",
    ask: {
      entry, options: ["below ½", "exactly ½", "above ½"], right: (n) => between(n[z][entry], 0),
      question: (n) => `${k === 1 ? "z₁₂" : "z"} is ${word(n, `${z}.${entry}`)}. Where is ${k === 1 ? "a₁₂" : "the answer a"} = σ(${word(n, `${z}.${entry}`)})?`,
      hint: () => "σ(0) is exactly ½, and σ rises everywhere. So look at the sign of z.",
    },
  }];
}

/** The four lines of a layer. @param {1 | 2} k @returns {Operation[]} */
function backward(k) {
  const [x, w, z, a] = [k === 1 ? "X" : "A1", `W${k}`, `Z${k}`, `A${k}`];
  const units = range(k === 1 ? 2 : 1);
  const last = units.length - 1;
  const [dx, dw, db, dz, da] = [x, w, `b${k}`, z, a].map((key) => `d${key}`);
  const delta = entryName(`${dz}.${last}`);
  return [{
    result: dz, title: `Layer ${k}, line 1: through the activation`, where: "Sigmoid.backward",
    equation: `[${dz}] = [${da}] ⊙ σ′([${z}])`,
    code: `[${dz}:return] [${da}:grad_outputs] * [${a}:self.outputs] * (1 - [${a}:self.outputs])`,
    sums: (n) => units.map((j) => ({
      text: `${word(n, `${da}.${j}`)} · ${word(n, `${a}.${j}`)} · (1 − ${word(n, `${a}.${j}`)})`, from: [`${da}.${j}`, `${a}.${j}`],
    })),
    note: () => "σ′(z) = a(1 − a) is above 0 and at most ¼: the sign stays, and at least three quarters of the size are gone.",
    ask: k === 2 ? {
      entry: 0, options: ["a quarter at most", "the same", "larger"], right: () => 0,
      question: (n) => `∂L/∂a is ${word(n, "dA2.0")}. How large is ${delta}, without its sign, compared with that?`,
      hint: () => "It is ∂L/∂a times the slope of the sigmoid, a(1 − a). How large can that be, for an a between 0 and 1?",
    } : {
      entry: last, options: SIGNS, right: (n) => between(n.dZ1[1], 0),
      question: (n) => `∂L/∂a₁₂ is ${word(n, "dA1.1")}. Which sign has ${delta}?`,
      hint: () => "The slope of the sigmoid, a(1 − a), is above 0. So it makes a gradient smaller and never turns its sign.",
    },
  }, {
    result: dw, title: `Layer ${k}, line 2: to the weights`, where: "Linear.backward",
    equation: `[${dw}] = [${dz}ᵀ][${x}]`,
    code: `[${dw}:self.grad_weight][:] = [${dz}:grad_outputs].T @ [${x}:self.inputs]`,
    sums: (n) => units.flatMap((j) => range(2).map((i) => sum(n, [[`${dz}.${j}`, `${x}.${i}`]]))),
    note: (n) => (k === 2 ? "A weight's gradient is ∂L/∂z of its unit times what the weight was multiplied by. It stays in its layer."
      : range(2).some((i) => n.X[i] === 0) ? `${entryName(`X.${n.X.indexOf(0)}`)} is 0: a weight that was multiplied by 0 had no say, and moving it changes nothing.`
        : "Again ∂L/∂z of the unit times what the weight was multiplied by: here, the inputs."),
    ask: k === 2 ? {
      entry: 0, options: ["by a₁₁", "by w₁₁", "by nothing"], right: () => 0,
      question: (n) => `${delta} is ${word(n, "dZ2.0")}. By what is it multiplied to give ∂L/∂w₁₁, the gradient of the weight ${word(n, "W2.0")}?`,
      hint: (n, guess) => (guess === 1 ? "If the weight moves a little, how far does z move? Its own value has no say in that, but what it is multiplied by has."
        : "That would be the bias, which is multiplied by nothing. The weight is multiplied by something."),
    } : {
      entry: 1, options: SIGNS, right: (n) => between(n.dW1[1], 0),
      question: (n) => `Which sign has ∂L/∂w₁₂, the gradient of the weight ${word(n, "W1.1")} that reads x₂ in unit 1?`,
      hint: (n) => `It is ∂L/∂z₁₁ = ${word(n, "dZ1.0")} times what the weight was multiplied by: x₂ = ${word(n, "X.1")}.`,
    },
  }, {
    result: db, title: `Layer ${k}, line 3: to the biases`, where: "Linear.backward",
    equation: `[${db}:{∂L|∂b_j}] = Σ_n [${dz}:Δ_nj]`,
    code: `[${db}:self.grad_bias][:] = [${dz}:grad_outputs].sum(axis=0)`,
    sums: (n) => units.map((j) => sum(n, [[`${dz}.${j}`]])),
    note: () => "A bias is added with the local derivative 1. With one example there is one path, so nothing is left to add.",
    ask: {
      entry: last, question: () => `How large is ${entryName(`${db}.${last}`)}, the gradient of the bias of ${k === 1 ? "the second hidden unit" : "the output unit"}?`,
      mistakes: (n) => [
        [0, "0 would mean that the bias has no say. But it is added to z: when it moves, z moves by as much."],
        [n[dz][last] * n[`b${k}`][last], "You multiplied by the bias itself. Its own value has no say in how far z moves with it."],
        ...(k === 1 ? [/** @type {[number, string]} */ ([n.dZ1[0], "That is the bias of unit 1."])] : []),
      ],
      hint: (n) => `When the bias moves, z moves by just as much: the local derivative is 1. And ${delta} is ${word(n, `${dz}.${last}`)}.`,
    },
  }, {
    result: dx, title: `Layer ${k}, line 4: to the inputs`, where: "Linear.backward",
    equation: `[${dx}] = [${dz}][${w}]`,
    code: `[${dx}:return] [${dz}:grad_outputs] @ [${w}:self.weight]`,
    sums: (n) => range(2).map((i) => sum(n, units.map((j) => [`${dz}.${j}`, `${w}.${2 * j + i}`]))),
    note: () => (k === 2 ? "This is the gradient that travels. It is made of Δ₂ and the weights, not of their gradients."
      : "Each input goes into both units, so two paths add. That was the last line: descent may now move every parameter."),
    ask: k === 2 ? {
      entry: 1, options: SIGNS, right: (n) => between(n.dA1[1], 0),
      question: () => "Which sign has ∂L/∂a₁₂, which travels to the second hidden unit?",
      hint: (n) => `It is ∂L/∂z = ${word(n, "dZ2.0")} times the weight on the way, ${word(n, "W2.1")}.`,
    } : {
      entry: 1, options: SIGNS, right: (n) => between(n.dX[1], 0),
      question: (n) => `x₂ is ${word(n, "X.1")}. Which sign has its gradient, ∂L/∂x₂?`,
      hint: (n, guess) => (guess === 1 && n.X[1] === 0
        ? "It is x₂ that is 0. Its gradient tells what the loss does when x₂ moves, and is made of Δ₁ and weights."
        : `Two paths lead to x₂, one from each hidden unit: ${sum(n, [["dZ1.0", "W1.1"], ["dZ1.1", "W1.3"]]).text}.`),
    },
  }];
}

/** What np_nn does, in its order. @type {Operation[]} */
export const OPERATIONS = [...forward(1), ...forward(2), {
  result: "L", title: "The loss", where: "MSELoss.forward",
  equation: "[L] = {1|Nm} Σ_n,j ([A2:A_nj] − [Y:Y_nj])²",
  code: "[L:return] float(np.mean(([A2:outputs] - [Y:targets]) ** 2))",
  sums: (n) => [{text: `(${word(n, "A2.0")} − ${word(n, "Y.0")})²`, from: ["A2.0", "Y.0"]}],
  note: () => "One example and one output: N = m = 1, and the mean is that one square. Here the way back begins.",
  ask: {
    entry: 0, question: (n) => `The answer is ${word(n, "A2.0")}, the target ${word(n, "Y.0")}. How large is the loss?`,
    mistakes: (n) => [
      [n.A2[0] - n.Y[0], "That is how far the answer is off. The loss is the square of it."],
      [n.Y[0] - n.A2[0], "That is how far the answer is off. The loss is the square of it."],
      [n.L[0] / 2, "There is no ½ in this loss: it is the square itself."],
      [-n.L[0], "A square is never below 0."],
    ],
    hint: () => "Subtract the target from the answer, and square.",
  },
}, {
  result: "dA2", title: "The loss starts the way back", where: "MSELoss.forward",
  equation: "[dA2:{∂L|∂A}] = {2|Nm} ([A2:A] − [Y])",
  code: "[dA2:self.grad_outputs] = 2 * ([A2:outputs] - [Y:targets]) / outputs.size",
  sums: (n) => [{text: `2 · (${word(n, "A2.0")} − ${word(n, "Y.0")}) / 1`, from: ["A2.0", "Y.0"]}],
  note: () => "np_nn computes this at the end of the forward run already, where both numbers are at hand.",
  ask: {
    entry: 0, options: ["it falls", "it stays", "it rises"], right: (n) => between(n.dA2[0], 0),
    question: () => "If the answer a were a little larger, what would the loss do? That is the sign of ∂L/∂a.",
    hint: (n) => `The answer ${word(n, "A2.0")} is ${["below", "exactly", "above"][between(n.A2[0], n.Y[0])]} its target ${word(n, "Y.0")}. Would a larger one be nearer to it?`,
  },
}, ...backward(2), ...backward(1)];

const RESULTS = OPERATIONS.map(({result}) => result);

/** Whether a guess is near enough: about two digits. @param {number} guess @param {number} wanted */
const isNear = (guess, wanted) => Math.abs(guess - wanted) <= Math.max(Math.min(0.006, Math.abs(wanted) / 10), 0.03 * Math.abs(wanted));

/** Return what is wrong with a guess, or "" if it is right. @param {Operation} operation @param {Numbers} n @param {number} guess  a number, or which option */
export function judge({result, ask}, n, guess) {
  const wanted = n[result][ask.entry];
  if (ask.right ? guess === ask.right(n) : isNear(guess, wanted)) return "";
  const mistake = ask.mistakes?.(n).find(([wrong]) => isNear(guess, wrong));
  if (mistake) return mistake[1];
  const turned = !ask.options && isNear(-guess, wanted) ? "The size is right, the sign is not. " : "";
  return turned + ask.hint(n, guess);
}

// The picture

const WIDTH = 352;
const HEIGHT = 484;
const SIDES = [88, 264];
const MIDDLE = 176;

/** Where the middle of each number stands. @type {Record<string, [number, number]>} */
const PLACES = {"Y.0": [MIDDLE - 100, 449], "L.0": [MIDDLE, 449]};
SIDES.forEach((x, i) => {
  PLACES[`X.${i}`] = [x, 47];
  PLACES[`W2.${i}`] = [i ? 276 : 76, 296];
  SIDES.forEach((_, j) => (PLACES[`W1.${2 * j + i}`] = i === j ? [i ? 298 : 54, 124] : [i ? 226 : 126, 106])); // two lie on their arrows
});
for (const [x, y, layer, unit] of [[SIDES[0], 224, 1, 0], [SIDES[1], 224, 1, 1], [MIDDLE, 382, 2, 0]]) {
  "bZA".split("").forEach((letter, k) => (PLACES[`${letter}${layer}.${unit}`] = [x + 55 * (k - 1), y]));
}

/** Each arrow: from where to where, and the number that stands for it. @type {[number, number, number, number, string][]} */
const ARROWS = [
  ...SIDES.flatMap((from, i) => SIDES.map((to, j) => /** @type {[number, number, number, number, string]} */ (
    [from, 81, to + 0.09 * (from - to), 185, `W1.${2 * j + i}`]))),
  ...SIDES.map((x, i) => /** @type {[number, number, number, number, string]} */ ([x, 262, MIDDLE + 0.4 * (x - MIDDLE), 343, `W2.${i}`])),
  [MIDDLE, 420, MIDDLE, 431, "A2.0"], [MIDDLE - 67, 458, MIDDLE - 34, 458, "Y.0"],
];

/** An arrow with a head at each end, of which the style shows one. @param {[number, number, number, number, string]} arrow */
function arrow([x1, y1, x2, y2, id]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ way, /** @type {string} */ name) => {
    const [bx, by] = [x - 7 * way * dx, y - 7 * way * dy];
    return svg("path", {class: name, d: `M${x} ${y}L${bx - 3.5 * dy} ${by + 3.5 * dx}L${bx + 3.5 * dy} ${by - 3.5 * dx}z`});
  };
  return svg("g", {class: `widget-backprop-arrow${id === "Y.0" ? " widget-one-way" : ""}`, "data-arrow": id},
    svg("line", {x1, y1, x2, y2}), head(x2, y2, 1, "widget-head-forward"), head(x1, y1, -1, "widget-head-back"));
}

/** A letter with its digits below the line, as SVG. @param {number} x @param {number} y @param {string} words */
const label = (x, y, words) => svg("text", {x, y}, ...words.split(/([a-zA-Z]+)/).map((part, k) => (k % 2 ? svg("tspan", {class: "widget-italic"}, part) : part)));

const PAUSE = 2000; // milliseconds between the steps of a run

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const last = OPERATIONS.length;
  /** @type {Numbers} */
  const given = Object.fromEntries(Object.entries(LESSON).map(([key, numbers]) => {
    const texts = (state[key] ?? "").split(" ");
    return [key, numbers.map((number, i) => asked({[key]: texts[i] ?? ""}, key, number, limits(key)))];
  }));
  let shown = asked(state, "shown", 0, {min: 0, max: last, whole: true}); // how many operations are revealed
  let at = asked(state, "step", Math.min(shown + 1, last), {min: 1, max: Math.min(shown + 1, last), whole: true}) - 1;
  /** @type {number | null} */
  let picked = null; // which entry of the result alone is looked at
  let isReady = false; // what stands there before anything was touched needs no address
  let isRunning = false;
  let then = 0; // when the last step of a run was taken
  let numbers = compute(given);

  // The network
  /** @type {Record<string, any>} */
  const cells = {};
  const picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: "0", role: "img", class: "widget-backprop-picture", "data-name": "picture"});
  const arrows = ARROWS.map(arrow);
  const box = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ rx) =>
    svg("rect", {class: "widget-backprop-box", x: x - width / 2, y: y - height / 2, width, height, rx});
  picture.append(...arrows,
    ...SIDES.flatMap((x, i) => [box(x, 56, 68, 48, 16), label(x + (i ? 48 : -48), 61, `x${low(i + 1)}`), box(x, 224, 168, 74, 8)]),
    box(MIDDLE, 382, 168, 74, 8), box(MIDDLE, 458, 68, 48, 16), box(MIDDLE - 100, 458, 62, 48, 16),
    label(MIDDLE + 46, 463, "L"), label(MIDDLE - 146, 463, "y"),
    svg("text", {x: MIDDLE - 10, y: 16, class: "widget-backprop-legend widget-value"}, "↓ a value"),
    svg("text", {x: MIDDLE + 10, y: 16, class: "widget-backprop-legend widget-gradient"}, "↑ its gradient"));
  for (const [id, [x, y]] of Object.entries(PLACES)) {
    if (["W1.1", "W1.2"].includes(id)) picture.append(svg("rect", {class: "fig-fill-paper", x: x - 25.5, y: y - 9, width: 51, height: 36}));
    if (/^[bZA]/.test(id)) picture.append(label(x, y - 16, entryName(id)));
    for (const each of id === "Y.0" ? [id] : [id, `d${id}`]) {
      const top = id === "Y.0" ? y : y - 9 + (isGradient(each) ? 18 : 0);
      const text = svg("text", {x, y: top + 13.5});
      cells[each] = svg("g", {
        class: `widget-backprop-number ${isGradient(each) ? "widget-gradient" : "widget-value"}`,
        "data-part": each.split(".")[0], "data-number": each, click: () => visit(each),
      }, svg("rect", {x: x - 25.5, y: top + 0.5, width: 51, height: 17, rx: 3}), text);
      picture.append(cells[each]);
    }
  }

  // The line under the lens
  const title = html("p", {class: "widget-backprop-title"});
  const equation = html("div", {class: "widget-backprop-equation", role: "math"});
  const where = html("p", {class: "widget-backprop-where"});
  const code = html("code", {class: "widget-backprop-code"});
  const says = sentence(signal);
  const answer = html("div", {class: "widget-backprop-answer", "aria-live": "polite"});
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);

  const back = button("Back", () => go(at - 1), {"data-name": "back"});
  const next = button("Reveal", () => {
    if (at === shown) return reveal();
    if (at + 1 === last) return again();
    go(at + 1);
  }, {"data-name": "next", class: "widget-button widget-backprop-next"});
  const play = button("Play", () => run(!isRunning), {"data-name": "play"});
  const all = button("Show all", () => {
    if (shown === last) return again();
    run(false);
    shown = last;
    picked = null;
    update();
  }, {"data-name": "all"});

  const slider = html("input", {type: "range", class: "widget-range", min: "1", max: String(last), "aria-label": "step", "data-name": "step", input: () => {
    const wanted = Number(slider.value) - 1;
    shown = Math.max(shown, wanted + 1);
    go(wanted);
  }});

  const paint = painter(picture, (now) => {
    if (!isRunning) return;
    if (now - then >= PAUSE) {
      then = now;
      if (at < shown && at + 1 < last) at += 1;
      shown = Math.max(shown, at + 1);
      picked = null;
      update();
      if (at + 1 === last) return run(false);
    }
    paint();
  }, signal);

  /** @param {boolean} wanted */
  function run(wanted) {
    if (wanted && at + 1 === last && shown === last) again();
    isRunning = wanted;
    play.textContent = wanted ? "Pause" : "Play";
    then = performance.now() - PAUSE;
    paint();
  }

  function again() {
    [shown, at] = [0, 0];
    go(0);
  }

  /** Look at another operation: one that is revealed, or the next one. @param {number} wanted */
  function go(wanted) {
    run(false);
    at = Math.min(Math.max(wanted, 0), Math.min(shown, last - 1));
    picked = null;
    update();
  }

  /** @param {string} [verdict] */
  function reveal(verdict) {
    run(false);
    shown = at + 1;
    picked = null;
    update(verdict);
  }

  /** Look at a number: what computes it, or the field in which it is chosen. @param {string} id */
  function visit(id) {
    run(false);
    const [key, index] = id.split(".");
    const place = RESULTS.indexOf(key);
    if (place < 0) {
      if (key === "dL") return says.say("∂L/∂L is 1.", "The way back begins with it: when the loss moves, it moves by as much as itself.");
      open(true);
      fields[id].field.focus();
      fields[id].field.select();
      return;
    }
    at = place;
    if (at > shown) shown = at; // it is asked; what it is made of is shown
    picked = at < shown ? Number(index) : null;
    update();
  }

  /** Take a guess. @param {number} guess */
  function take(guess) {
    const problem = judge(OPERATIONS[at], numbers, guess);
    if (problem) says.say("Not yet.", problem, true);
    else reveal("Right.");
  }

  /** The buttons or the field for a guess. @param {Question} ask @param {string} about */
  function guessing(ask, about) {
    if (ask.options) {
      return ask.options.map((words, k) => html("button", {
        type: "button", class: "widget-button", "data-name": `guess-${k}`, click: () => take(k),
      }, ...math(words).map((node) => (/[₀-₉]/.test(words) ? node : (typeof node === "string" ? node : node.textContent ?? "")))));
    }
    const field = html("input", {type: "text", autocomplete: "off", spellcheck: "false", class: "widget-number", "aria-label": `Your guess of ${about}`, "data-name": "guess"});
    const submit = () => {
      const guess = read(field.value, "A guess", {});
      if (typeof guess === "string") says.say("Not yet.", "A guess must be a number; two digits are enough.", true);
      else take(guess);
    };
    field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // or the button that gets the focus would be pressed as well
      submit();
    });
    return [html("label", {class: "widget-label"}, html("span", {}, ...math(about)), " ≈ ", field), button("Guess", submit, {"data-name": "submit"})];
  }

  // All numbers, to read and to change: built when they are asked for
  /** @type {Record<string, any>} */
  const fields = {};
  /** @type {Record<string, any>} */
  const outputs = {};
  const drawer = html("div", {class: "widget-backprop-drawer", hidden: true, id: "widget-backprop-numbers"});
  const toggle = button("All numbers, to read and to change", () => open(drawer.hidden), {"aria-expanded": "false", "aria-controls": "widget-backprop-numbers", "data-name": "numbers"});

  function fill() {
    const output = (/** @type {string} */ id) => (outputs[id] = html("output", {"data-name": id, "aria-label": entryName(id), "aria-live": "off"}));
    const entry = (/** @type {string} */ id) => {
      const [key, index] = id.split(".");
      if (!(key in given)) return output(id);
      const layer = /\d/.test(key) ? ` in layer ${key[1]}` : "";
      fields[id] = numberControl({
        label: "", name: entryName(id) + layer, value: given[key][Number(index)], step: 0.1, slider: false, limits: limits(key),
        refuse: (words) => {
          run(false);
          refuse(words);
        },
        change: (number) => {
          given[key][Number(index)] = number;
          update();
        },
      });
      fields[id].field.dataset.id = id;
      return fields[id].element;
    };
    const block = (/** @type {string} */ key, /** @type {(id: string) => Node} */ make) =>
      html("div", {class: "widget-backprop-matrix"}, ...numbers[key].map((_, i) => make(`${key}.${i}`)));
    const row = (/** @type {string} */ key) => html("tr", {"data-part": key},
      html("th", {scope: "row"}, ...math(symbol(key)), html("small", {}, shape(key))),
      html("td", {}, block(key, entry)), html("td", {}, ...(key === "Y" ? [] : [block(`d${key}`, output)])));
    drawer.append(html("table", {class: "widget-table"},
      html("thead", {}, html("tr", {}, ...["array", "value", "gradient"].map((words) => html("th", {scope: "col"}, words)))),
      html("tbody", {}, ...["X", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2", "Y", "L"].map(row))),
    html("div", {class: "widget-row"}, button("The numbers of the lesson", () => {
      for (const [key, lesson] of Object.entries(LESSON)) given[key] = [...lesson];
      for (const [id, control] of Object.entries(fields)) control.write(value(given, id));
      refuse("");
      update();
    }, {"data-name": "lesson"})), message);
  }

  /** @param {boolean} wanted */
  function open(wanted) {
    if (drawer.childElementCount === 0) fill();
    drawer.hidden = !wanted;
    toggle.setAttribute("aria-expanded", String(wanted));
    write();
  }

  /** Whether a number is known by now. @param {string} id */
  const isKnown = (id) => (id === "dL.0" ? shown > RESULTS.indexOf("L") : RESULTS.indexOf(id.split(".")[0]) < shown);

  /** Write every number that is revealed. */
  function write() {
    for (const [id, cell] of Object.entries(cells)) {
      const isAsked = at === shown && id.startsWith(`${OPERATIONS[at].result}.`);
      cell.lastChild.textContent = isKnown(id) ? word(numbers, id) : isAsked ? "?" : "·";
      cell.classList.toggle("widget-unknown", !isKnown(id));
    }
    for (const [id, output] of Object.entries(outputs)) output.textContent = isKnown(id) ? word(numbers, id) : "?";
  }

  /** An equation or a line of code, of which each array is an element of its own. @param {string} text @param {(words: string) => (Node | string)[]} dress @param {Record<string, (key: string, isTurned: boolean) => string>} below */
  function parts(text, dress, below) {
    const {result} = OPERATIONS[at];
    return text.split(/(\[\w+ᵀ?(?::[^\]]*)?\])/).flatMap((piece) => {
      const found = piece.match(/^\[(\w+)(ᵀ?)(?::(.*))?\]$/);
      if (!found) return dress(piece);
      const [, key, turned, words] = found;
      const more = Object.fromEntries(Object.entries(below).map(([attribute, make]) => [attribute, make(key, turned !== "")]));
      return html("span", {
        class: `widget-part${key === result ? " widget-result" : ""} ${isGradient(key) ? "widget-gradient" : "widget-value"}`, "data-part": key, ...more,
      }, ...dress(words ?? symbol(key) + turned));
    });
  }

  /** Show the operation that is looked at. @param {string} [verdict] */
  function update(verdict = "") {
    numbers = compute(given);
    const operation = OPERATIONS[at];
    const {result, ask} = operation;
    const isAsked = at === shown;
    const sums = operation.sums(numbers);
    slider.value = String(at + 1);
    slider.setAttribute("aria-valuetext", `${at + 1} of ${last}, ${operation.title}`);
    title.replaceChildren(html("strong", {}, `${at + 1} of ${last}`), ` ${operation.title}`);
    equation.replaceChildren(...parts(operation.equation, math, {"data-shape": shape}));
    equation.setAttribute("aria-label", operation.equation.replace(/\[(\w+)(ᵀ?)(?::([^\]]*))?\]/g, (_, key, turned, words) => (words ?? name(key) + turned)).replace(/[{}*_]/g, "").replace("|", "/"));
    where.textContent = `np_nn, ${operation.where}`;
    code.replaceChildren(...parts(operation.code, (words) => [words], {"data-symbol": name}));
    picture.classList.toggle("widget-back", isGradient(result));
    next.textContent = isAsked ? "Reveal" : at + 1 === last ? "Again" : "Next";
    all.textContent = shown === last ? "Hide all" : "Show all";

    const lit = new Set(sums.flatMap(({from}, k) => (picked === null || picked === k ? from : [])));
    for (const [id, cell] of Object.entries(cells)) {
      const [key, index] = id.split(".");
      cell.classList.toggle("widget-result", key === result && (picked === null || picked === Number(index)));
      cell.classList.toggle("widget-operand", lit.has(id));
      cell.classList.toggle("widget-asked", isAsked && key === result && Number(index) === ask.entry);
    }
    for (const each of arrows) {
      const id = each.dataset.arrow;
      const isOut = ["A2.0", "Y.0"].includes(id);
      each.classList.toggle("widget-lit", isOut ? lit.has(id) && (result === "L" || (result === "dA2" && id === "A2.0"))
        : lit.has(id) || (result === `d${id.split(".")[0]}` && (picked === null || picked === Number(id.split(".")[1]))));
    }
    write();

    if (answer.contains(document.activeElement)) next.focus(); // what had the focus goes away
    if (isAsked) {
      answer.replaceChildren(html("p", {}, html("strong", {}, "Predict:"), ` ${ask.question(numbers)}`),
        html("div", {class: "widget-backprop-guess"}, ...guessing(ask, entryName(`${result}.${ask.entry}`))));
      says.say("", "Guess, or just reveal it.");
    } else {
      answer.replaceChildren(...sums.map(({text}, k) => {
        const entry = word(numbers, `${result}.${k}`);
        const worked = text === entry ? "" : ` = ${text}`.replace(/ /g, "\u00a0").replace(/\u00a0([+=])\u00a0/g, " $1\u00a0");
        return html("p", {class: `widget-backprop-sum${picked === k ? " widget-picked" : ""}`}, ...math(entryName(`${result}.${k}`)), worked,
          " =\u00a0", html("strong", {class: isGradient(result) ? "widget-gradient" : "widget-value"}, entry));
      }));
      says.say(verdict, operation.note(numbers));
    }
    picture.setAttribute("aria-label", `The network at step ${at + 1} of ${last}: ${operation.title}. `
      + (isAsked ? `${name(result)} is not revealed yet.` : `${sums.map((_, k) => `${entryName(`${result}.${k}`)} is ${word(numbers, `${result}.${k}`)}`).join(", ")}.`)
      + " The arrow keys step.");
    refuse("");
    const changed = Object.keys(LESSON).filter((key) => given[key].join() !== LESSON[key].join());
    if (isReady) share({step: at + 1, shown, ...Object.fromEntries(changed.map((key) => [key, given[key].join(" ")]))});
  }

  picture.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = {ArrowRight: () => (at === shown ? reveal() : go(at + 1)), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(last)}[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  });
  // What is pointed at is marked wherever it stands: in the picture, the equation and the code.
  const body = html("div", {class: "widget-body widget-backprop"},
    html("div", {class: "widget-stage"}, picture,
      html("div", {class: "widget-backprop-lens"},
        html("div", {class: "widget-backprop-buttons"}, back, next, play, all), slider,
        title, equation, where, code, answer, says.element)),
    html("div", {class: "widget-row"}, toggle, html("span", {class: "widget-backprop-hint"}, "Click any number: it shows how it was computed, or can be changed.")), drawer);
  body.addEventListener("pointerover", (/** @type {PointerEvent} */ event) => {
    const key = event.target instanceof Element ? event.target.closest("[data-part]")?.getAttribute("data-part") : null;
    for (const each of body.querySelectorAll("[data-part]")) each.classList.toggle("widget-hot", each.getAttribute("data-part") === key);
  });
  element.append(body);
  update();
  isReady = true;
}
