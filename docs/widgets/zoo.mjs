// @ts-check
/**
 * Thirteen wrong back-propagations: snippets/np_nn/zoo.py in JavaScript, name by name and line by
 * line, with its way of training and of checking them. tests/browser/test_widgets.py compares
 * the two.
 *
 * @typedef {import("./network.mjs").Matrix} Matrix
 * @typedef {{network: Network, loss: BCEWithLogitsLoss}} Pair
 * @typedef {Pair & {inputs: Matrix, targets: Matrix}} Problem
 * @typedef {{batch?: number, value?: number}} Check
 */

import {BCEWithLogitsLoss, Linear, Network, SGD, Tanh, sigmoid} from "./network.mjs";
import {default_rng} from "./rng.mjs";

export const LR = 0.5;
export const STEPS = 2000;

/** @type {Matrix} */
export const XOR_INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]];
/** @type {Matrix} */
export const XOR_TARGETS = [[0], [1], [1], [0]];

/** The product of two matrices. @param {Matrix} left @param {Matrix} right @returns {Matrix} */
const product = (left, right) =>
  left.map((row) => right[0].map((_, column) => row.reduce((total, entry, k) => total + entry * right[k][column], 0)));

/** @param {Matrix} matrix @param {(entry: number, row: number, column: number) => number} f */
const map = (matrix, f) => matrix.map((row, i) => row.map((entry, j) => f(entry, i, j)));

/** The Tanh layers of a network. @param {Network} network */
const hidden = (network) => network.layers.filter((layer) => layer instanceof Tanh);

/** Set all entries of an array. @param {any[]} array @param {(entry: number) => number} f */
function change(array, f) {
  array.forEach((entry, i) => {
    if (Array.isArray(entry)) change(entry, f);
    else array[i] = f(entry);
  });
}

// Wrong in the loss

class SummedLoss extends BCEWithLogitsLoss {
  backward() {
    const grad_outputs = super.backward();
    return map(grad_outputs, (entry) => entry * grad_outputs.length * grad_outputs[0].length);
  }
}

class ExtraSlope extends BCEWithLogitsLoss {
  /** @param {Matrix} outputs @param {Matrix} targets */
  forward(outputs, targets) {
    this.slope = map(outputs, (z) => sigmoid(z) * (1 - sigmoid(z)));
    return super.forward(outputs, targets);
  }

  backward() {
    return map(super.backward(), (entry, i, j) => entry * /** @type {Matrix} */ (this.slope)[i][j]);
  }
}

// Wrong in the activation

class NoSlope extends Network {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const last = hidden(this).at(-1);
    return this.layers.reduceRight((gradient, layer) => (layer === last ? gradient : layer.backward(gradient)), grad_outputs);
  }
}

class NextSlope extends Network {
  /** @param {Matrix} inputs */
  forward(inputs) {
    const outputs = super.forward(inputs);
    const layers = hidden(this);
    layers.slice(0, -1).forEach((layer, k) => {
      if (layer.outputs[0].length === layers[k + 1].outputs[0].length) layer.outputs = layers[k + 1].outputs;
    });
    return outputs;
  }
}

class SlopeOfZ extends Tanh {
  /** @param {Matrix} inputs */
  forward(inputs) {
    this.inputs = inputs;
    return super.forward(inputs);
  }

  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    return map(grad_outputs, (entry, i, j) => entry * (1 - /** @type {Matrix} */ (this.inputs)[i][j] ** 2));
  }
}

// Wrong in what travels back through a layer

class ForgottenTranspose extends Linear {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    super.backward(grad_outputs);
    const isSquare = this.weight.length === this.weight[0].length;
    return product(grad_outputs, isSquare ? map(this.weight, (_, i, j) => this.weight[j][i]) : this.weight);
  }
}

class RandomFeedback extends Linear {
  /** @param {number} in_features @param {number} out_features @param {any} rng */
  constructor(in_features, out_features, rng) {
    super(in_features, out_features, rng);
    this.feedback = default_rng(1).permuted(this.weight);
  }

  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    super.backward(grad_outputs);
    return product(grad_outputs, this.feedback);
  }
}

class EarlyStep extends Linear {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    super.backward(grad_outputs);
    return product(grad_outputs, map(this.weight, (entry, i, j) => entry - LR * this.grad_weight[i][j]));
  }
}

// Wrong in the first layer

class FlippedFirst extends Network {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const grad_inputs = super.backward(grad_outputs);
    for (const [, gradient] of this.layers[0].parameters()) change(gradient, (entry) => -entry);
    return grad_inputs;
  }
}

class FrozenFirst extends Network {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const grad_inputs = super.backward(grad_outputs);
    for (const [, gradient] of this.layers[0].parameters()) change(gradient, () => 0);
    return grad_inputs;
  }
}

// Wrong in the biases

class ZeroBias extends Linear {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const grad_inputs = super.backward(grad_outputs);
    change(this.grad_bias, () => 0);
    return grad_inputs;
  }
}

class MeanBias extends Linear {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const grad_inputs = super.backward(grad_outputs);
    change(this.grad_bias, (entry) => entry / grad_outputs.length);
    return grad_inputs;
  }
}

class FirstRowBias extends Linear {
  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    const grad_inputs = super.backward(grad_outputs);
    grad_outputs[0].forEach((entry, j) => (this.grad_bias[j] = entry));
    return grad_inputs;
  }
}

/** The zoo: the name, the class, and what zoo.py says about it. @type {[string, any, string][]} */
export const MUTANTS = [
  ["sum instead of mean", SummedLoss,
    "Sum instead of mean: the loss is a mean, but its gradient was derived for the sum."],
  ["extra sigma' with BCE", ExtraSlope,
    "One sigma' too many: p - y already holds it, and a sigmoid layer's habit adds it again."],
  ["activation derivative left out", NoSlope,
    "The last tanh' left out: p - y, one step later, needs no derivative, and this one does."],
  ["derivative at another layer's z", NextSlope,
    "The derivative taken at another layer's z: an index of the layers that is off by one."],
  ["tanh' written 1 - z**2", SlopeOfZ,
    "tanh' written 1 - z**2: it is 1 - a**2, and the wrong one of two variables was taken."],
  ["transpose forgotten, square W", ForgottenTranspose,
    "W transposed where it must not be: mended where shapes complained, not where W is square."],
  ["random matrix in place of W", RandomFeedback,
    "A random matrix in place of W: a copy of W that was made once and never trained with it."],
  ["already updated W used", EarlyStep,
    "The updated W used: each layer takes its step before it hands the gradient on."],
  ["sign flipped in layer 1", FlippedFirst,
    "The sign flipped in layer 1: y - a in one place, a minus sign at the step in another."],
  ["layer 1 never trained", FrozenFirst,
    "Layer 1 never trained: a loop over the layers that ends one layer too early."],
  ["all bias gradients zero", ZeroBias,
    "All bias gradients zero: forgotten, and the biases stay where they started."],
  ["bias gradient: mean, not sum", MeanBias,
    "Mean instead of sum for the bias: but the mean over the batch is in the loss already."],
  ["bias gradient: first row only", FirstRowBias,
    "The bias gradient of the first example only: written for one example, then given a batch."],
];

/** A careful check, and three careless ones. @satisfies {Record<string, Check>} */
export const CHECKS = {
  "careful": {},
  "1 example": {batch: 1},
  "all zero": {value: 0},
  "all equal": {value: 0.5},
};

/** The arrays that are checked, in order. */
export const ARRAYS = ["W1", "b1", "W2", "b2", "W3", "b3", "inputs"];

/**
 * A tanh network of 2, 8, 8 and 1 units and its loss, with `mutant` in its place.
 * @param {any} rng @param {any} [mutant]  one of the classes above
 * @returns {Pair}
 */
export function build(rng, mutant = null) {
  const kind = (/** @type {any} */ right) => (mutant?.prototype instanceof right ? mutant : right);
  const layers = [[2, 8], [8, 8], [8, 1]].flatMap(([from, to]) => [new (kind(Linear))(from, to, rng), new (kind(Tanh))()]);
  return {network: new (kind(Network))(layers.slice(0, -1)), loss: new (kind(BCEWithLogitsLoss))()}; // the loss takes logits
}

/** Training on XOR from a seed, one step at a time. */
export class Training {
  /** @param {number} seed @param {any} [mutant] */
  constructor(seed, mutant) {
    const {network, loss} = build(default_rng(seed), mutant);
    this.network = network;
    this.loss = loss;
    this.optimizer = new SGD(network.parameters(), LR);
    /** The loss after each number of steps, none included. */
    this.losses = [loss.forward(network.forward(XOR_INPUTS), XOR_TARGETS)];
    this.steps = 0;
    this.exploded = false; // whether the next step needs numbers that are too large for a computer
  }

  step() {
    const grad_inputs = this.network.backward(this.loss.backward());
    const gradients = this.network.parameters().flatMap(([, gradient]) => gradient.flat());
    this.exploded = ![...gradients, ...grad_inputs.flat()].every(Number.isFinite);
    if (this.exploded) return;
    this.optimizer.step();
    this.losses.push(this.loss.forward(this.network.forward(XOR_INPUTS), XOR_TARGETS));
    this.steps += 1;
  }

  /** The answers to the four rows of XOR, 0 or 1. */
  answers() {
    return this.network.outputs.map(([z]) => Number(z > 0));
  }
}

/**
 * What a check is made on: everything is random, unless all parameters are to have one value.
 * @param {number} seed @param {any} [mutant] @param {Check} [check]
 * @returns {Problem}
 */
export function problem(seed, mutant = null, {batch = 6, value} = {}) {
  const rng = default_rng(seed);
  const {network, loss} = build(rng, mutant);
  for (const [parameter] of network.parameters()) {
    change(parameter, () => {
      const random = rng.normal();
      return value ?? random;
    });
  }
  const rows = (/** @type {number} */ columns, /** @type {() => number} */ draw) =>
    Array.from({length: batch}, () => Array.from({length: columns}, draw));
  return {network, loss, inputs: rows(2, rng.normal), targets: rows(1, () => rng.uniform(0, 1))};
}

/** The largest difference of two lists, relative to their largest entry. @param {number[]} actual @param {number[]} expected */
export function relative_error(actual, expected) {
  const largest = Math.max(...actual.map(Math.abs), ...expected.map(Math.abs));
  return largest > 0 ? Math.max(...actual.map((entry, i) => Math.abs(entry - expected[i]))) / largest : 0;
}

/**
 * Compare `backward` with differences of the loss, array by array; give the relative error of
 * each array as soon as it is known, and null after each entry, where a figure may rest.
 * @param {Problem} problem @param {number} [step] @param {boolean} [isForward]  one step up only, and without the inputs
 * @returns {Generator<number | null, void>}
 */
export function* check_gradients({network, loss, inputs, targets}, step = 1e-5, isForward = false) {
  const compute_loss = () => loss.forward(network.forward(inputs), targets);
  const start = compute_loss();
  const grad_inputs = network.backward(loss.backward());
  const pairs = network.parameters().map(([parameter, gradient]) => [parameter, gradient.flat()]);
  if (!isForward) pairs.push([inputs, grad_inputs.flat()]);
  for (const [array, gradient] of pairs) {
    const measured = [];
    for (const row of Array.isArray(array[0]) ? /** @type {Matrix} */ (array) : [/** @type {number[]} */ (array)]) {
      for (let i = 0; i < row.length; i++) {
        const value = row[i];
        row[i] = value + step;
        const above = compute_loss();
        row[i] = value - step;
        measured.push(isForward ? (above - start) / step : (above - compute_loss()) / (2 * step));
        row[i] = value;
        yield null;
      }
    }
    yield relative_error(/** @type {number[]} */ (gradient), measured);
  }
}
