// @ts-check
/**
 * np_nn's network in JavaScript: the names, the conventions and the numbers of
 * snippets/np_nn/network.py, for the interactive figures. It is the only network of theirs, and
 * tests/browser/test_widgets.py compares it with np_nn.
 *
 * A matrix is an array of rows, and one row is one example. `backward` overwrites the gradients
 * of the call before, and moves no parameter. What np_nn refuses is not refused here: a figure
 * checks what its reader typed before it computes.
 *
 * @typedef {number[][]} Matrix
 * @typedef {Matrix | number[]} Parameter  a weight, or a bias
 * @typedef {{uniform(low: number, high: number): number}} Rng  see rng.mjs
 */

/** @param {number} z */
export function sigmoid(z) {
  const small = Math.exp(-Math.abs(z)); // exp never sees a number above 0
  return (z < 0 ? small : 1) / (1 + small);
}

/** @type {(matrix: Matrix, f: (entry: number, row: number, column: number) => number) => Matrix} */
const map = (matrix, f) => matrix.map((row, i) => row.map((entry, j) => f(entry, i, j)));

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** @param {Matrix} matrix */
const mean = (matrix) => sum(matrix.flat()) / matrix.flat().length;

/** @param {number} size @param {(index: number) => any} f */
const range = (size, f) => Array.from({length: size}, (_, index) => f(index));

export class Layer {
  /** @type {Matrix} */
  outputs = []; // of the last forward pass

  /** @param {Matrix} inputs @returns {Matrix} */
  forward(inputs) {
    return inputs;
  }

  /** Return dL/d(inputs), given dL/d(outputs). @param {Matrix} grad_outputs @returns {Matrix} */
  backward(grad_outputs) {
    return grad_outputs;
  }

  /** Return [[parameter, gradient], ...]: the arrays themselves. @returns {Parameter[][]} */
  parameters() {
    return [];
  }
}

/** Fully connected layer: outputs = inputs @ weight.T + bias; weight is (out, in), bias (out,). */
export class Linear extends Layer {
  /** @param {number} in_features @param {number} out_features @param {Rng} [rng] else zeros */
  constructor(in_features, out_features, rng = {uniform: () => 0}) {
    super();
    const bound = 1 / Math.sqrt(in_features);
    const entry = () => rng.uniform(-bound, bound);
    /** @type {Matrix} */
    this.weight = range(out_features, () => range(in_features, entry));
    /** @type {number[]} */
    this.bias = range(out_features, entry);
    this.grad_weight = map(this.weight, () => NaN);
    this.grad_bias = this.bias.map(() => NaN);
    /** @type {Matrix} */
    this.inputs = [];
  }

  /** @param {Matrix} inputs */
  forward(inputs) {
    this.inputs = inputs;
    this.outputs = inputs.map((row) =>
      this.weight.map((weights, j) => sum(weights.map((w, i) => w * row[i])) + this.bias[j]));
    return this.outputs;
  }

  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    this.weight.forEach((weights, j) => {
      weights.forEach((_, i) => {
        this.grad_weight[j][i] = sum(grad_outputs.map((row, n) => row[j] * this.inputs[n][i]));
      });
      this.grad_bias[j] = sum(grad_outputs.map((row) => row[j]));
    });
    return this.inputs.map((inputs, n) =>
      inputs.map((_, i) => sum(grad_outputs[n].map((gradient, j) => gradient * this.weight[j][i]))));
  }

  parameters() {
    return [[this.weight, this.grad_weight], [this.bias, this.grad_bias]];
  }
}

/**
 * The class of a layer that works entry by entry, and takes its slope from its outputs.
 * @param {(z: number) => number} f @param {(gradient: number, a: number) => number} back
 */
const entrywise = (f, back) =>
  class extends Layer {
    /** @param {Matrix} inputs */
    forward(inputs) {
      this.outputs = map(inputs, f);
      return this.outputs;
    }

    /** @param {Matrix} grad_outputs */
    backward(grad_outputs) {
      return map(this.outputs, (a, i, j) => back(grad_outputs[i][j], a));
    }
  };

export const Sigmoid = entrywise(sigmoid, (gradient, a) => gradient * a * (1 - a));
export const Tanh = entrywise(Math.tanh, (gradient, a) => gradient * (1 - a * a));
export const ReLU = entrywise((z) => Math.max(z, 0), (gradient, a) => (a > 0 ? gradient : 0));

/** Layers in a row: forward first to last, backward last to first. */
export class Network extends Layer {
  /** @param {Layer[]} layers */
  constructor(layers) {
    super();
    this.layers = layers;
  }

  /** @param {Matrix} inputs */
  forward(inputs) {
    this.outputs = this.layers.reduce((outputs, layer) => layer.forward(outputs), inputs);
    return this.outputs;
  }

  /** @param {Matrix} grad_outputs */
  backward(grad_outputs) {
    return this.layers.reduceRight((gradient, layer) => layer.backward(gradient), grad_outputs);
  }

  parameters() {
    return this.layers.flatMap((layer) => layer.parameters());
  }
}

class Loss {
  /** @type {Matrix} */
  grad_outputs = [];

  /** Return dL/d(outputs) for the last forward pass. */
  backward() {
    return this.grad_outputs;
  }
}

/** Mean squared error over all entries. */
export class MSELoss extends Loss {
  /** @param {Matrix} outputs @param {Matrix} targets */
  forward(outputs, targets) {
    const size = outputs.length * outputs[0].length;
    this.grad_outputs = map(outputs, (a, i, j) => (2 * (a - targets[i][j])) / size);
    return mean(map(outputs, (a, i, j) => (a - targets[i][j]) ** 2));
  }
}

/** Binary cross-entropy of p = sigmoid(outputs), mean over all entries. */
export class BCEWithLogitsLoss extends Loss {
  /** @param {Matrix} outputs @param {Matrix} targets */
  forward(outputs, targets) {
    const size = outputs.length * outputs[0].length;
    this.grad_outputs = map(outputs, (z, i, j) => (sigmoid(z) - targets[i][j]) / size);
    return mean(map(outputs, (z, i, j) =>
      Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * targets[i][j]));
  }
}

/** Gradient descent without momentum: parameter -= lr * gradient, in place. */
export class SGD {
  /** @param {Parameter[][]} parameters @param {number} lr */
  constructor(parameters, lr) {
    this.parameters = parameters;
    this.lr = lr;
  }

  step() {
    const move = (/** @type {any[]} */ parameter, /** @type {any[]} */ gradient) => {
      parameter.forEach((entry, i) => {
        if (Array.isArray(entry)) move(entry, gradient[i]);
        else parameter[i] -= this.lr * gradient[i];
      });
    };
    for (const [parameter, gradient] of this.parameters) move(parameter, gradient);
  }
}
