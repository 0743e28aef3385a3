// @ts-check
/**
 * Lesson descent: a walk down a surface that can be turned, with a start and η to choose, and its
 * loss curve beside it. On a loss that is made of rows, each step may look at a part of them.
 */

import {Linear, MSELoss, Network, Sigmoid} from "./network.mjs";
import {default_rng} from "./rng.mjs";
import {asked, button, choice, colours, html, isCalm, numberControl, onLook, painter, power, sentence, set, show, svg} from "./widget.mjs";

/**
 * @typedef {[number, number]} Point
 * @typedef {{points: Point[], words: string}} Ghost  a walk to compare with
 * @typedef {{start: Point, lr: number, days: number, seed: number, steps: number}} Settings  of a walk
 * @typedef {{words: string, losses: number[], kind: string}} Curve  kind: walk, compared or earlier
 * @typedef {{lowest?: number, lrs: {min: number, max: number, step: number}, lr: number, start: Point,
 *   steps: number, ticks: Point, x: Point, y: Point, z: Point, levels: number[], letters: [string, string, string], formula: string,
 *   aspect: number, round: boolean, turn: number, tilt: number,
 *   height(x: number, y: number): number, slopes(x: number, y: number, rows?: number[]): Point,
 *   curvatures(x: number, y: number): Point}} Surface  rows: all of them without these; curvatures: the largest and the smallest
 */

// The six days of the lesson: how the air pressure had changed, and whether it rained.
const PRESSURE = [[-3], [-2], [-1], [0], [1], [2]];
const RAINED = [[1], [1], [1], [0], [1], [0]];

const linear = new Linear(1, 1);
const network = new Network([linear, new Sigmoid()]);
const loss = new MSELoss();

export const DAYS = PRESSURE.length;
const ALL = PRESSURE.map((_, day) => day);

/** The loss of the unit with the weight w and the bias b: the mean over some days. @param {number} w @param {number} b @param {number[]} [days] */
function unitLoss(w, b, days = ALL) {
  linear.weight[0][0] = w;
  linear.bias[0] = b;
  return loss.forward(network.forward(days.map((day) => PRESSURE[day])), days.map((day) => RAINED[day]));
}

/** Its gradient, by back-propagation. @param {number} w @param {number} b @param {number[]} [days] @returns {Point} */
function unitSlopes(w, b, days = ALL) {
  unitLoss(w, b, days);
  network.backward(loss.backward());
  return [linear.grad_weight[0][0], linear.grad_bias[0]];
}

/** How the two slopes change with the two parameters, by central differences. @param {number} w @param {number} b */
function unitHessian(w, b) {
  const h = 1e-4;
  const column = (/** @type {Point} */ above, /** @type {Point} */ below) =>
    [(above[0] - below[0]) / (2 * h), (above[1] - below[1]) / (2 * h)];
  const [ww, wb] = column(unitSlopes(w + h, b), unitSlopes(w - h, b));
  const [bw, bb] = column(unitSlopes(w, b + h), unitSlopes(w, b - h));
  return {ww, bb, wb: (wb + bw) / 2};
}

/** The eigenvalues of the Hessian, the largest first. @param {number} w @param {number} b @returns {Point} */
function unitCurvatures(w, b) {
  const {ww, bb, wb} = unitHessian(w, b);
  const middle = (ww + bb) / 2;
  const half = Math.hypot((ww - bb) / 2, wb);
  return [middle + half, middle - half];
}

/** Where the loss of the unit is lowest, by Newton's method. @returns {Point} */
export function unitMinimum() {
  let [w, b] = [-0.8, 0.5];
  for (let step = 0; step < 20; step++) {
    const [along, across] = unitSlopes(w, b);
    const {ww, bb, wb} = unitHessian(w, b);
    const area = ww * bb - wb * wb;
    w -= (bb * along - wb * across) / area;
    b -= (ww * across - wb * along) / area;
  }
  return [w, b];
}

/** @type {Record<string, Surface>} */
export const SURFACES = {
  valley: {
    formula: "L = (w₁² + 10w₂²) / 2",
    letters: ["w₁", "w₂", "L"],
    start: [-6, 2], lr: 0.19, lrs: {min: 0.005, max: 0.25, step: 0.005}, steps: 20,
    x: [-9, 9], y: [-3, 3], ticks: [6, 2], z: [0, 40], levels: [1, 4, 8, 12, 16, 20, 24, 28, 32, 36], aspect: 0.72, round: true, turn: 12, tilt: 38,
    height: (x, y) => (x ** 2 + 10 * y ** 2) / 2,
    slopes: (x, y) => [x, 10 * y],
    curvatures: () => [10, 1],
  },
  saddle: {
    formula: "L = w₁² − w₂²",
    letters: ["w₁", "w₂", "L"],
    start: [1, 0.000001], lr: 0.1, lrs: {min: 0.01, max: 1.1, step: 0.01}, steps: 60,
    x: [-1.5, 1.5], y: [-1.5, 1.5], ticks: [1, 1], z: [-2, 2], levels: [-1.75, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75], aspect: 1, round: true, turn: 35, tilt: 34,
    height: (x, y) => x ** 2 - y ** 2,
    slopes: (x, y) => [2 * x, -2 * y],
    curvatures: () => [2, -2],
  },
  unit: {
    formula: "L: the loss of one sigmoid unit",
    letters: ["w", "b", "L"],
    start: [1, 1], lr: 1, lrs: {min: 0.5, max: 25, step: 0.5}, steps: 20,
    x: [-4, 4], y: [-4, 4], ticks: [2, 2], z: [0, 0.85], levels: [0.15, 0.17, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], aspect: 1, round: false, turn: 34, tilt: 36,
    height: (w, b) => unitLoss(w, b),
    slopes: unitSlopes,
    curvatures: unitCurvatures,
  },
};

/**
 * Which days each step looks at, `size` of them: all days are shuffled, and shuffled again when
 * each has had its turn, as `rng.permuted(np.arange(6))` does.
 * @param {number} seed @param {number} size @param {number} steps @returns {number[][]}
 */
export function batches(seed, size, steps) {
  const rng = default_rng(seed);
  /** @type {number[]} */
  const days = [];
  while (days.length < size * steps) days.push(...rng.permuted([ALL])[0]);
  return Array.from({length: steps}, (_, step) => days.slice(size * step, size * (step + 1)));
}

/**
 * The points of a walk against the gradient, the start included. It ends early, with
 * `exploded`, before a number becomes too large for a computer. With `rows`, each step follows
 * the slopes of its own rows.
 * @param {Surface} surface @param {Point} start @param {number} lr @param {number} steps @param {number[][]} [rows]
 */
export function walk(surface, start, lr, steps, rows) {
  /** @type {Point[]} */
  const points = [start];
  for (let step = 0; step < steps; step++) {
    const [x, y] = points[step];
    const [slopeX, slopeY] = surface.slopes(x, y, rows?.[step]); // both at the old place
    /** @type {Point} */
    const next = [x - lr * slopeX, y - lr * slopeY];
    if (![...next, surface.height(...next)].every(Number.isFinite)) return {points, exploded: true};
    points.push(next);
  }
  return {points, exploded: false};
}

/** What a factor does to a coordinate, step after step. @param {string} letter @param {number} factor */
function fate(letter, factor) {
  const size = Math.abs(factor);
  const near = (/** @type {number} */ value) => Math.abs(factor - value) < 1e-9;
  if (near(-1)) return `${letter} changes its sign with every step and never its size`;
  if (near(0)) return `${letter} is 0 after one step`;
  if (near(1)) return `${letter} stays as it is`;
  if (factor > 1) return `${letter} grows with every step`;
  if (factor < 0) return `${letter} jumps from side to side, ${size < 1 ? "lower" : "higher"} each time`;
  return `${letter} shrinks and keeps its sign`;
}

/** "day 3", or "days 1 and 5": counted from 1. @param {number[]} days */
const called = (days) => `${days.length === 1 ? "day" : "days"} ${days.map((day) => day + 1).join(" and ")}`;

/**
 * Say what a walk does: the verdict, the reasons, and whether it is a warning. `rows` are those of
 * each step, if it does not look at all of them.
 * @param {string} name @param {Point[]} points @param {number} lr @param {boolean} exploded @param {number[][]} [rows]
 * @returns {[string, string, boolean]}
 */
export function verdict(name, points, lr, exploded, rows) {
  const surface = SURFACES[name];
  const [x, y] = points[points.length - 1];
  const end = exploded ? ` Step ${points.length} leads to numbers that are too large for this computer.` : "";
  if (name === "valley") {
    const bound = "2/λₘₐₓ = 2/10 = 0.2";
    const isAt = Math.abs(lr - 0.2) < 1e-9;
    const why = `With each step ${fate("w₁", 1 - lr)}, and ${fate("w₂", 1 - 10 * lr)}.${end}`;
    if (isAt) return [`η is just ${bound}: it bounces for ever.`, why, true];
    return lr > 0.2 ? [`η is above ${bound}: it diverges.`, why, true] : [`η is below ${bound}: it arrives.`, why, false];
  }
  if (name === "saddle") {
    const along = `With each step ${fate("w₁", 1 - 2 * lr)}`;
    if (points[0][1] === 0) {
      const stops = lr < 1 ? "It walks onto the saddle and stops there." : "It stays on the ridge of the saddle.";
      return [stops, `w₂ is exactly 0, and there the ground is level along w₂. ${along}.${end}`, lr >= 1];
    }
    const gone = Math.abs(y) > surface.y[1] ? "It has left the saddle, and there is no bottom." : "It will leave the saddle, with any η.";
    return [gone, `${along}, and ${fate("w₂", 1 + 2 * lr)}: along w₂ the ground curves down.${end}`, false];
  }
  const minimum = unitMinimum();
  const here = surface.height(x, y);
  const above = here - surface.height(...minimum);
  const bound = 2 / surface.curvatures(...minimum)[0];
  const limit = `At the lowest place 2/λₘₐₓ = ${show(bound, 1)}: ${lr > bound ? "with this η no walk can stay there" : "with this η a walk can stay there"}.${end}`;
  const slope = Math.hypot(...surface.slopes(x, y));
  if (rows && points.length > 1) {
    const [was, last] = [surface.height(...points[points.length - 2]), points.length - 2];
    const lately = points.slice(-DAYS).map((point) => surface.height(...point));
    const range = `After the last ${lately.length} steps the loss of all days was from ${show(Math.min(...lately), 4)} to ${show(Math.max(...lately), 4)}.`;
    return [`Step ${last + 1} looked at ${called(rows[last])} alone, and the loss of all days went ${here > was ? "up" : "down"}.`,
      `${range} The lowest place is ${show(above, 4)} below.${end}`, false];
  }
  const before = points.length > 1 ? surface.height(...points[points.length - 2]) : here;
  if (above < 5e-5) return ["This is the lowest place, to four digits.", limit, false];
  if (here > before) return ["The last step went up.", limit, true];
  if (slope < 0.005) return [`A plateau: the slope is only ${show(slope, 4)}, and the lowest place is ${show(above, 4)} below.`, limit, true];
  return [`${points.length > 1 ? "The last step went down" : "Ready to walk"}; the lowest place is ${show(above, 4)} below.`, limit, false];
}

// How it looks

const FLOOR = -0.42; // the height of the floor, where a surface goes from 0 to RISE
const RISE = 0.62;

/**
 * The surface as four-cornered patches of data: fewer of them while it is turned.
 * @param {Surface} surface @param {boolean} isFine
 */
function meshOf(surface, isFine) {
  const [rows, columns] = surface.round ? (isFine ? [20, 60] : [9, 30]) : (isFine ? [34, 34] : [16, 16]);
  const [middleX, middleY] = [(surface.x[0] + surface.x[1]) / 2, (surface.y[0] + surface.y[1]) / 2];
  const [halfX, halfY] = [(surface.x[1] - surface.x[0]) / 2, (surface.y[1] - surface.y[0]) / 2];
  /** @type {number[][]} */
  const corners = []; // x, y, z
  for (let i = 0; i <= rows; i++) {
    for (let j = 0; j <= columns; j++) {
      let [u, v] = [-1 + (2 * j) / columns, -1 + (2 * i) / rows];
      if (surface.round) {
        const [radius, angle] = [i / rows, (2 * Math.PI * j) / columns];
        const reach = rim(surface) * radius;
        [u, v] = [reach * Math.cos(angle), reach * Math.sin(angle) * (surface === SURFACES.valley ? halfX / halfY / Math.sqrt(10) : 1)];
      }
      const [x, y] = [middleX + u * halfX, middleY + v * halfY];
      corners.push([x, y, surface.height(x, y)]);
    }
  }
  const patches = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const first = i * (columns + 1) + j;
      patches.push([first, first + 1, first + columns + 2, first + columns + 1]);
    }
  }
  return {corners, patches};
}

/** How far out a round surface goes, where 1 is the edge of its floor. @param {Surface} surface */
const rim = (surface) => (surface === SURFACES.valley ? Math.sqrt(2 * 38) / 9 : 1);

/**
 * Where the level lines cross a patch: pairs of points.
 * @param {number[][]} corners  four, each x, y, z
 * @param {number[]} levels
 */
function crossings(corners, levels) {
  const found = [];
  for (const level of levels) {
    const ends = [];
    for (let k = 0; k < 4; k++) {
      const [from, to] = [corners[k], corners[(k + 1) % 4]];
      if (from[2] < level === to[2] < level) continue;
      const part = (level - from[2]) / (to[2] - from[2]);
      ends.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]), level]);
    }
    if (ends.length >= 2) found.push(ends.slice(0, 2));
    if (ends.length === 4) found.push(ends.slice(2));
  }
  return found;
}

const mix = (/** @type {number[]} */ from, /** @type {number[]} */ to, /** @type {number} */ part) =>
  from.map((value, index) => value + part * (to[index] - value));
const css = (/** @type {number[]} */ colour, alpha = 1) =>
  `rgb(${colour.map(Math.round).join(" ")} / ${alpha})`;

/** A picture of a surface: turned, lit, with its contour lines and the map on the floor. */
class Picture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.turn = 0;
    this.tilt = 0;
    // The floor and the surface, kept until the view changes: a walk is drawn between and over them.
    this.layers = [0, 1].map(() => /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d")));
    this.kept = "";
    this.view = {cosTurn: 1, sinTurn: 0, cosTilt: 1, sinTilt: 0, scale: 1, across: 0, down: 0};
    this.size = {width: 1, height: 1, dense: 1};
    /** @type {Record<string, number[]>} */
    this.paints = {};
    this.font = "sans-serif";
  }

  /** @param {Surface} surface */
  take(surface) {
    this.surface = surface;
    this.meshes = [this.build(false), this.build(true)];
    this.paint();
  }

  /** @param {boolean} isFine */
  build(isFine) {
    const surface = /** @type {Surface} */ (this.surface);
    const [low, high] = surface.z;
    const {corners: places, patches: fours} = meshOf(surface, isFine);
    const corners = places.map(([x, y, z]) => this.place(x, y, z));
    const patches = fours.map((four) => {
      const points = four.map((index) => places[index]);
      const [a, b, c, d] = four.map((index) => corners[index]);
      const [p, q] = [[0, 1, 2].map((k) => c[k] - a[k]), [0, 1, 2].map((k) => d[k] - b[k])];
      const normal = [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
      const length = (Math.hypot(...normal) || 1) * (normal[2] < 0 ? -1 : 1);
      const ends = crossings(points, surface.levels).flatMap((pair) => pair.map(([x, y, z]) => this.place(x, y, z)));
      return {
        four, normal: normal.map((entry) => entry / length), depth: 0, isGlass: false, fill: "", glass: "",
        middle: [0, 1, 2].map((k) => (a[k] + b[k] + c[k] + d[k]) / 4),
        level: (points.reduce((total, point) => total + point[2], 0) / 4 - low) / (high - low),
        lines: ends, // two by two
      };
    });
    return {corners, patches, order: patches.slice(), flat: new Float64Array(2 * corners.length)};
  }

  /** From data to the coordinates of the drawing. @param {number} x @param {number} y @param {number} z */
  place(x, y, z) {
    const {x: [left, right], y: [near, far], z: [low, high], aspect} = /** @type {Surface} */ (this.surface);
    return [(2 * (x - left)) / (right - left) - 1, ((2 * (y - near)) / (far - near) - 1) * aspect, (RISE * (z - low)) / (high - low)];
  }

  /** Choose the colours anew; what was drawn so far counts no more. */
  paint() {
    this.paints = colours(/** @type {HTMLElement} */ (this.canvas.parentElement));
    this.font = getComputedStyle(this.canvas).fontFamily;
    const {blue, paper, ink, "tint-blue": tint} = this.paints;
    const isDark = paper[0] < 128;
    for (const patch of (this.meshes ?? []).flatMap((mesh) => mesh.patches)) {
      const [x, y, z] = patch.normal;
      const light = Math.max(0, -0.35 * x - 0.45 * y + 0.82 * z);
      const base = isDark ? mix(mix(tint, paper, 0.15), blue, 0.12 + 0.6 * patch.level) : mix(blue, mix(tint, paper, 0.25), 0.18 + 0.8 * Math.sqrt(Math.max(0, patch.level)));
      const shade = light < 0.8 ? mix(base, isDark ? [8, 12, 20] : mix(blue, ink, 0.4), (0.8 - light) * 0.55) : mix(base, isDark ? mix(blue, ink, 0.5) : [255, 255, 255], (light - 0.8) * 1.1);
      patch.fill = css(shade);
      patch.glass = css(shade, isDark ? 0.42 : 0.5);
    }
    this.kept = "";
  }

  /** Fit the canvas to the page: while it is turned, one pixel of it will do for four of the screen. @param {boolean} isFine */
  resize(isFine) {
    const {clientWidth: width, clientHeight: height} = this.canvas;
    const dense = isFine ? Math.min(devicePixelRatio || 1, 2) : 1;
    if (this.size.width === width && this.size.height === height && this.size.dense === dense) return;
    this.size = {width, height, dense};
    for (const canvas of [this.canvas, ...this.layers.map((layer) => layer.canvas)]) {
      canvas.width = Math.round(width * dense);
      canvas.height = Math.round(height * dense);
    }
    this.kept = "";
  }

  aim() {
    const [turn, tilt] = [(this.turn * Math.PI) / 180, (this.tilt * Math.PI) / 180];
    const [cosTurn, sinTurn, cosTilt, sinTilt] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
    const {width, height} = this.size;
    const reach = Math.hypot(1, /** @type {Surface} */ (this.surface).aspect);
    const [bottom, top] = [-reach * sinTilt + FLOOR * cosTilt, Math.max(reach * sinTilt * 0.86 + RISE * cosTilt, reach * sinTilt + FLOOR * cosTilt)];
    const scale = Math.min((width - 36) / (2 * reach), (height - 44) / (top - bottom));
    this.view = {cosTurn, sinTurn, cosTilt, sinTilt, scale, across: width / 2, down: height / 2 + (scale * (top + bottom)) / 2 - 4};
  }

  /** From the drawing's coordinates to pixels, and how far away. @param {number[]} point */
  project([x, y, z]) {
    const {cosTurn, sinTurn, cosTilt, sinTilt, scale, across, down} = this.view;
    const along = x * sinTurn + y * cosTurn;
    return [across + scale * (x * cosTurn - y * sinTurn), down - scale * (along * sinTilt + z * cosTilt), along * cosTilt - z * sinTilt];
  }

  /** From data on the surface to pixels. @param {Point} point @param {number} [z] */
  onSurface([x, y], z = /** @type {Surface} */ (this.surface).height(x, y)) {
    return this.project(this.place(x, y, z));
  }

  /** @param {Point} point */
  onFloor([x, y]) {
    const [u, v] = this.place(x, y, 0);
    return this.project([u, v, FLOOR]);
  }

  /** Which place of the surface, or of the floor, is seen at a pixel; null if none. @param {number} px @param {number} py @returns {Point | null} */
  at(px, py) {
    const surface = /** @type {Surface} */ (this.surface);
    const {cosTurn, sinTurn, cosTilt, sinTilt, scale, across, down} = this.view;
    const data = (/** @type {number} */ u, /** @type {number} */ v) => /** @type {Point} */ ([
      surface.x[0] + ((u + 1) / 2) * (surface.x[1] - surface.x[0]),
      surface.y[0] + ((v / surface.aspect + 1) / 2) * (surface.y[1] - surface.y[0])]);
    const {order, flat, corners} = /** @type {any} */ (this.seen);
    for (let index = order.length - 1; index >= 0; index--) {
      const patch = order[index];
      if (patch.isGlass) continue;
      for (const [a, b, c] of [[0, 1, 2], [0, 2, 3]].map((three) => three.map((k) => patch.four[k]))) {
        const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((k) => [flat[2 * k], flat[2 * k + 1]]);
        const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
        if (Math.abs(area) < 1e-9) continue;
        const s = ((px - ax) * (cy - ay) - (cx - ax) * (py - ay)) / area;
        const t = ((bx - ax) * (py - ay) - (px - ax) * (by - ay)) / area;
        if (s < 0 || t < 0 || s + t > 1) continue;
        const [p, q, r] = [a, b, c].map((k) => corners[k]);
        return data(p[0] + s * (q[0] - p[0]) + t * (r[0] - p[0]), p[1] + s * (q[1] - p[1]) + t * (r[1] - p[1]));
      }
    }
    const right = (px - across) / scale;
    const along = ((down - py) / scale - FLOOR * cosTilt) / sinTilt;
    const [u, v] = [right * cosTurn + along * sinTurn, -right * sinTurn + along * cosTurn];
    return Math.abs(u) <= 1 && Math.abs(v) <= surface.aspect ? data(u, v) : null;
  }

  /**
   * Draw the surface, and on it a walk; `next` is where the next step would lead.
   * `ghosts` are other walks, drawn thin, each with its words.
   * @param {Point[]} points @param {Point | null} next @param {boolean} isFine @param {Ghost[]} ghosts
   */
  draw(points, next, isFine, ghosts) {
    const {context, layers, size: {width, height}} = this;
    const mesh = /** @type {any} */ (this.meshes)[Number(isFine)];
    const wanted = `${this.turn} ${this.tilt}`;
    this.aim();
    this.seen = mesh;
    if (isFine && this.kept !== wanted) {
      this.kept = wanted;
      layers.forEach((layer) => this.clear(layer));
      this.drawFloor(layers[0], mesh);
      this.drawSurface(layers[1], mesh, true);
    }
    this.clear(context);
    if (isFine) context.drawImage(layers[0].canvas, 0, 0, width, height);
    else this.drawFloor(context, mesh);
    this.drawWalk(points, (point) => this.onFloor(point), 0.55);
    if (isFine) context.drawImage(layers[1].canvas, 0, 0, width, height);
    else this.drawSurface(context, mesh, false);
    for (const ghost of ghosts) this.drawGhost(ghost);
    this.drawWalk(points, (point) => this.onSurface(point), 1);
    for (const ghost of ghosts) this.nameGhost(ghost);
    const newest = points[points.length - 1];
    if (next && this.isOn(newest)) this.arrow(this.onSurface(newest), this.onSurface(this.cut(newest, next)));
  }

  /** @param {CanvasRenderingContext2D} context */
  clear(context) {
    const {width, height, dense} = this.size;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = context.lineCap = "round";
  }

  /** Whether a place is on the map. @param {Point} point */
  isOn([x, y]) {
    const {x: [left, right], y: [near, far]} = /** @type {Surface} */ (this.surface);
    return x >= left && x <= right && y >= near && y <= far;
  }

  /** The last place on the map on the way from one place on it to another. @param {Point} from @param {Point} to @returns {Point} */
  cut(from, to) {
    const {x: xs, y: ys} = /** @type {Surface} */ (this.surface);
    let part = 1;
    for (const [k, [low, high]] of [xs, ys].entries()) {
      if (to[k] > high) part = Math.min(part, (high - from[k]) / (to[k] - from[k]));
      if (to[k] < low) part = Math.min(part, (low - from[k]) / (to[k] - from[k]));
    }
    return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
  }

  /** @param {CanvasRenderingContext2D} context @param {any} mesh @param {boolean} isFine */
  drawSurface(context, mesh, isFine) {
    const {flat, order} = mesh;
    const {cosTurn, sinTurn, cosTilt, sinTilt} = this.view;
    for (let index = 0; index < mesh.corners.length; index++) {
      const [px, py] = this.project(mesh.corners[index]);
      flat[2 * index] = px;
      flat[2 * index + 1] = py;
    }
    for (const patch of order) {
      const [x, y, z] = patch.middle;
      patch.depth = (x * sinTurn + y * cosTurn) * cosTilt - z * sinTilt;
      const [u, v, w] = patch.normal; // up: seen from beneath if it points away
      patch.isGlass = -(u * sinTurn + v * cosTurn) * cosTilt + w * sinTilt < 0;
    }
    order.sort((/** @type {any} */ one, /** @type {any} */ other) => other.depth - one.depth);
    const line = css(this.paints.paper, 0.75);
    for (const patch of order) {
      context.beginPath();
      for (const k of patch.four) context.lineTo(flat[2 * k], flat[2 * k + 1]);
      context.closePath();
      context.fillStyle = patch.isGlass ? patch.glass : patch.fill;
      context.fill();
      if (isFine && !patch.isGlass) { // closes the hair between two patches
        context.strokeStyle = patch.fill;
        context.lineWidth = 0.6;
        context.stroke();
      }
      if (!patch.lines.length) continue;
      context.beginPath();
      this.trace(context, patch.lines);
      context.strokeStyle = line;
      context.lineWidth = 1;
      context.stroke();
    }
  }

  /** Add lines to a path: points two by two, on the surface or at another height. @param {CanvasRenderingContext2D} context @param {number[][]} ends @param {number} [height] */
  trace(context, ends, height) {
    ends.forEach(([x, y, z], index) => {
      const [px, py] = this.project([x, y, height ?? z]);
      if (index % 2) context.lineTo(px, py);
      else context.moveTo(px, py);
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {any} mesh */
  drawFloor(context, mesh) {
    const {paints} = this;
    const {x: [left, right], y: [near, far]} = /** @type {Surface} */ (this.surface);
    context.beginPath();
    for (const corner of /** @type {Point[]} */ ([[left, near], [right, near], [right, far], [left, far]])) {
      const [px, py] = this.onFloor(corner);
      context.lineTo(px, py);
    }
    context.closePath();
    context.fillStyle = css(paints.tint, 0.55);
    context.fill();
    context.strokeStyle = css(paints.muted, 0.45);
    context.lineWidth = 1;
    context.stroke();
    context.beginPath();
    for (const patch of mesh.patches) this.trace(context, patch.lines, FLOOR);
    context.strokeStyle = css(paints.blue, 0.65);
    context.stroke();
    this.drawAxes(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  drawAxes(context) {
    const {paints, font} = this;
    const surface = /** @type {Surface} */ (this.surface);
    const [left, right] = surface.x;
    const [near, far] = surface.y;
    context.fillStyle = css(paints.muted);
    context.textBaseline = "middle";
    context.textAlign = "center";
    const centre = this.onFloor([(left + right) / 2, (near + far) / 2]);
    // The edges that are nearest to the eye carry the numbers.
    const nearer = (/** @type {Point[]} */ ...places) => places.sort((one, other) => this.onFloor(other)[1] - this.onFloor(one)[1])[0];
    const y = nearer([(left + right) / 2, near], [(left + right) / 2, far])[1];
    const x = nearer([left, (near + far) / 2], [right, (near + far) / 2])[0];
    const edges = /** @type {[Point, Point][]} */ ([[[left, y], [right, y]], [[x, near], [x, far]]]);
    for (const [k, [from, to]] of edges.entries()) {
      const [start, end] = [this.onFloor(from), this.onFloor(to)];
      const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
      const away = [middle[0] - centre[0], middle[1] - centre[1]];
      const length = Math.hypot(away[0], away[1]) || 1;
      const along = Math.hypot(end[0] - start[0], end[1] - start[1]);
      if (along < 60) continue; // seen from its end
      const [low, high] = k === 0 ? surface.x : surface.y;
      const write = (/** @type {number} */ value, /** @type {string} */ words, /** @type {number} */ off) => {
        const part = (value - low) / (high - low);
        const [px, py] = [start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])];
        context.fillText(words, px + (off * away[0]) / length, py + (off * away[1]) / length);
      };
      context.font = `12px ${font}`;
      context.fillStyle = css(paints.muted);
      for (const value of [-surface.ticks[k], surface.ticks[k]]) write(value, show(value), 14);
      context.font = `italic 15px ${font}`;
      context.fillStyle = css(paints.ink);
      write((low + high) / 2, surface.letters[k], 16);
    }
  }

  /** Add a walk to a new path, as far as it is on the map; return its spots, null where it is not. @param {Point[]} points @param {(point: Point) => number[]} project */
  follow(points, project) {
    const {context} = this;
    const spots = points.map((point) => (this.isOn(point) ? project(point) : null));
    context.beginPath();
    for (let index = 1; index < spots.length; index++) {
      let [from, to] = [spots[index - 1], spots[index]];
      if (!from && !to) continue;
      from ??= project(this.cut(points[index], points[index - 1]));
      to ??= project(this.cut(points[index - 1], points[index]));
      if (index === 1 || !spots[index - 1]) context.moveTo(from[0], from[1]);
      context.lineTo(to[0], to[1]);
    }
    return spots;
  }

  /** @param {Point[]} points @param {(point: Point) => number[]} project @param {number} alpha */
  drawWalk(points, project, alpha) {
    const {context, paints} = this;
    const spots = this.follow(points, project);
    if (alpha === 1) {
      context.strokeStyle = css(paints.paper, 0.85);
      context.lineWidth = 4;
      context.stroke();
    }
    context.strokeStyle = css(paints.orange, alpha);
    context.lineWidth = alpha === 1 ? 2 : 1.2;
    context.stroke();
    spots.forEach((spot, index) => {
      if (!spot) return;
      const [first, last] = [index === 0, index === spots.length - 1];
      if (!first && !last && spots.length > 150) return;
      context.beginPath();
      context.arc(spot[0], spot[1], alpha < 1 ? 1.8 : last ? 7 : first ? 6 : 2.6, 0, 7);
      context.fillStyle = first && alpha === 1 && !last ? css(paints.paper) : css(paints.orange, alpha);
      context.fill();
      if (alpha < 1 || (!first && !last)) return;
      context.strokeStyle = last ? css(paints.paper) : css(paints.orange);
      context.lineWidth = 2;
      context.stroke();
    });
  }

  /** A thin walk. @param {Ghost} ghost */
  drawGhost({points}) {
    const {context, paints} = this;
    const stroke = (/** @type {(point: Point) => number[]} */ project, /** @type {number} */ width, /** @type {string} */ colour) => {
      const spots = this.follow(points, project);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    };
    const [onSurface, onFloor] = [(/** @type {Point} */ point) => this.onSurface(point), (/** @type {Point} */ point) => this.onFloor(point)];
    stroke(onSurface, 4, css(paints.paper, 0.85));
    context.setLineDash([5, 3]);
    stroke(onFloor, 1, css(paints.ink, 0.5));
    stroke(onSurface, 1.6, css(paints.ink, 0.75));
    context.setLineDash([]);
  }

  /** The words of a thin walk, at the left of its second step. @param {Ghost} ghost */
  nameGhost({points, words}) {
    const {context, paints, font} = this;
    const point = points[Math.min(2, points.length - 1)];
    if (!this.isOn(point)) return;
    const [px, py] = this.onSurface(point);
    context.font = `12px ${font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.strokeStyle = css(paints.paper, 0.9);
    context.lineWidth = 3;
    context.strokeText(words, px - 8, py);
    context.fillStyle = css(paints.ink);
    context.fillText(words, px - 8, py);
  }

  /** @param {number[]} from @param {number[]} to */
  arrow(from, to) {
    const colour = css(this.paints.ink);
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length < 14) return;
    const [dx, dy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const {context} = this;
    context.beginPath();
    context.moveTo(from[0] + 9 * dx, from[1] + 9 * dy);
    context.lineTo(to[0] - 6 * dx, to[1] - 6 * dy);
    context.setLineDash([5, 4]);
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(to[0], to[1]);
    context.lineTo(to[0] - 9 * dx - 4 * dy, to[1] - 9 * dy + 4 * dx);
    context.lineTo(to[0] - 9 * dx + 4 * dy, to[1] - 9 * dy - 4 * dx);
    context.closePath();
    context.fillStyle = colour;
    context.fill();
  }
}

/**
 * The walks to be seen beside that of the reader, from the same start: in the valley those that the
 * lesson compares, as long as in the static figure, but for the one that the reader walks; beside a
 * walk on some of the days, that on all of them.
 * @param {string} name @param {Point} start @param {number} lr @param {number} [days] @param {number} [steps]  of the latter
 * @returns {Ghost[]}
 */
export function ghosts(name, start, lr, days = DAYS, steps = 14) {
  if (name === "unit" && days < DAYS) return [{points: walk(SURFACES.unit, start, lr, steps).points, words: `${DAYS} days`}];
  if (name !== "valley") return [];
  return [0.05, 0.19].filter((rate) => rate !== lr)
    .map((rate) => ({points: walk(SURFACES.valley, start, rate, 14).points, words: `η = ${show(rate)}`}));
}

// The loss curve

/** How many steps its axis has. @param {number} steps */
export const spanOf = (steps) => [20, 40, 60, 100].find((span) => span >= steps) ?? MOST_STEPS;

/** The days of each step of a walk, or none if it looks at all of them. @param {Settings} settings */
const rowsOf = ({days, seed, steps}) => (days < DAYS ? batches(seed, days, steps) : undefined);

/**
 * The loss of all rows after each step: of the reader's walk, of those to compare with, as long as
 * the axis, and of the reader's earlier walk, if it is another one.
 * @param {string} name @param {Settings} settings @param {Settings | null} earlier @returns {Curve[]}
 */
export function curves(name, settings, earlier) {
  const surface = SURFACES[name];
  const {start, lr, days, steps} = settings;
  const span = spanOf(Math.max(steps, earlier?.steps ?? 0));
  /** @type {(one: Settings, words: string, kind: string) => Curve} */
  const curve = (one, words, kind) => ({words, kind, losses: walk(surface, one.start, one.lr, one.steps, rowsOf(one)).points.map((point) => surface.height(...point))});
  const count = (/** @type {number} */ number) => `${number} ${number === 1 ? "day" : "days"}`;
  const own = days < DAYS ? count(days) : `η = ${show(lr)}`;
  const found = ghosts(name, start, lr, days).map(({words}) =>
    curve({...settings, lr: name === "valley" ? Number(words.slice(4)) : lr, days: DAYS, steps: span}, words, "compared"));
  if (earlier) {
    const {lr: rate, days: looked} = earlier;
    const words = looked === days ? `η = ${show(rate)}` : rate === lr ? count(looked) : `η ${show(rate)}, ${count(looked)}`;
    const before = curve(earlier, words, "earlier");
    const isSame = (/** @type {Curve} */ {losses}) => before.losses.every((value, step) => value === losses[step]);
    if (!found.some(isSame)) found.push(before);
  }
  return [...found, curve(settings, own, "walk")];
}

/**
 * The axis of the losses: its ends and ticks, in powers of ten if it is logarithmic.
 * @param {string} name @param {Curve[]} lines
 */
export function lossAxis(name, lines) {
  const all = lines.flatMap(({losses}) => losses);
  if (name === "saddle") return {isLog: false, low: -2, high: 2, ticks: [-2, 0, 2]};
  if (name === "unit") {
    const third = [0.1, 0.2].find((part) => Math.max(...all) <= 0.1 + 3 * part) ?? 0.3; // it is nowhere below 0.1
    return {isLog: false, low: 0.1, high: 0.1 + 3 * third, ticks: [0, 1, 2, 3].map((k) => 0.1 + k * third)};
  }
  const tens = all.filter((loss) => loss > 0).map((loss) => Math.log10(loss));
  const low = Math.max(-16, Math.min(-1, Math.floor(Math.min(...tens))));
  const high = Math.min(16, Math.max(2, Math.ceil(Math.max(...tens))));
  const gap = Math.ceil((high - low) / 3);
  return {isLog: true, low, high, ticks: Array.from({length: Math.floor((high - low) / gap) + 1}, (_, k) => low + gap * k)};
}

/** In units of its viewBox. */
const PLOT = {left: 34, top: 22, width: 214, height: 94};

/** The picture of the loss curve; `draw` takes what it shows. */
class LossCurve {
  constructor() {
    const {left, top, width, height} = PLOT;
    this.grid = svg("g");
    this.lines = svg("svg", {x: left, y: top - 4, width: width + 8, height: height + 8, viewBox: `0 -4 ${width + 8} ${height + 8}`});
    this.words = svg("g");
    this.head = svg("text", {x: 2, y: 11});
    this.spot = svg("circle", {class: "widget-descent-spot", r: 5});
    this.element = svg("svg", {viewBox: "0 0 320 140", role: "img", class: "widget-plot widget-descent-curve"}, this.head, this.grid, this.lines, this.spot, this.words);
  }

  /** @param {string} name @param {Curve[]} lines @param {number} span */
  draw(name, lines, span) {
    const {left, top, width, height} = PLOT;
    const {isLog, low, high, ticks} = lossAxis(name, lines);
    const across = (/** @type {number} */ step) => (width * step) / span;
    const down = (/** @type {number} */ value) => height * (1 - (value - low) / (high - low)); // of what is on the axis
    const place = (/** @type {number} */ loss) => down(isLog ? Math.log10(Math.max(loss, 1e-300)) : loss);
    const say = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, more = {}) => svg("text", {x, y, ...more}, words);
    const ten = (/** @type {number} */ exponent) => (Math.abs(exponent) < 3 ? show(10 ** exponent) : power(exponent));
    this.head.textContent = name === "unit" ? `loss L of all ${DAYS} days` : "loss L";
    this.grid.replaceChildren(
      svg("path", {class: "widget-plot-grid", d: ticks.map((tick) => `M${left} ${top + down(tick)}h${width}`).join("")}),
      ...ticks.map((tick) => say(left - 5, top + down(tick) + 4, isLog ? ten(tick) : show(tick), {"text-anchor": "end"})),
      ...[0, span / 2, span].map((step) => say(left + across(step), top + height + 17, String(step), {"text-anchor": "middle"})),
      say(left + width + 14, top + height + 17, "step"));
    this.lines.replaceChildren(...lines.map(({losses, kind}) => svg("path", {class: `widget-descent-${kind}`,
      d: losses.map((loss, step) => `${step ? "L" : "M"}${across(step).toFixed(1)} ${Math.max(-1e4, Math.min(1e4, place(loss))).toFixed(1)}`).join("")})));
    // Names at the ends of the lines, pushed apart: down from the top, then up from the bottom.
    const ends = lines.map(({words, losses, kind}) => ({words, kind, x: across(losses.length - 1), y: Math.max(0, Math.min(height, place(losses[losses.length - 1])))}));
    const walked = ends[ends.length - 1];
    set(this.spot, {cx: left + walked.x, cy: top + walked.y});
    const placed = [...ends].sort((one, other) => one.y - other.y);
    for (let k = 1; k < placed.length; k++) placed[k].y = Math.max(placed[k].y, placed[k - 1].y + 14);
    placed.reverse().forEach((end, k) => (end.y = Math.min(end.y, height - 4 - 14 * k)));
    this.words.replaceChildren(...placed.map(({words, kind, x, y}) =>
      say(left + x + (kind === "walk" ? 9 : 6), top + y + 4, words, {class: kind === "walk" ? "widget-descent-own fig-halo" : "fig-halo"})));
  }
}

const MOST_STEPS = 200;
const PAUSE = 160; // milliseconds between the steps of a run
const SETTLED = 700; // milliseconds without a change after which a walk is one to compare with
const SEEDS = {min: 0, max: 9999, whole: true};
const REST = 150; // milliseconds after which a view that was turned is drawn finely

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  let name = Object.hasOwn(SURFACES, state.surface) ? state.surface : "valley";
  let surface = SURFACES[name];
  const span = (/** @type {Point} */ [min, max]) => ({min, max});
  /** @type {Point} */
  let start = [asked(state, "x", surface.start[0], span(surface.x)), asked(state, "y", surface.start[1], span(surface.y))];
  let lr = asked(state, "lr", surface.lr, {above: 0});
  let steps = asked(state, "steps", surface.steps, {min: 0, max: MOST_STEPS, whole: true});
  let days = name === "unit" && ["1", "2"].includes(state.days) ? Number(state.days) : DAYS;
  let seed = asked(state, "seed", 0, SEEDS);
  /** @type {Settings | null} */
  let earlier = null; // the walk that was there before the reader chose another one
  let settled = 0; // a timer: what is gone through on the way to another choice is no earlier walk
  signal.addEventListener("abort", () => clearTimeout(settled));
  let isReady = false; // what stands there before anything was touched needs no address
  let isRunning = false;
  let last = 0; // when the last step of a run began
  let turned = -REST; // when the view was turned
  let moved = 1; // how much of the newest step has been walked on the screen
  let result = walk(surface, start, lr, steps, rowsOf({start, lr, days, seed, steps}));
  /** @type {Ghost[]} */
  let others = [];
  /** @type {Curve[]} */
  let lines = [];

  const canvas = html("canvas", {class: "widget-descent-canvas", tabindex: "0", role: "img"});
  const picture = new Picture(canvas);
  const lossCurve = new LossCurve();
  const says = sentence(signal);
  const message = html("p", {class: "widget-message", role: "alert"});
  const refuse = (/** @type {string} */ words) => (message.textContent = words);

  const refuseInput = (/** @type {string} */ words) => {
    run(false);
    refuse(words);
  };

  /** Change the settings of the walk; the one that was there is kept to compare with. @param {() => void} change */
  const choose = (change) => {
    if (!settled && steps) earlier = {start, lr, days, seed, steps};
    change();
    clearTimeout(settled);
    settled = window.setTimeout(() => (settled = 0), SETTLED);
    update();
  };

  const cell = (/** @type {string} */ about) => html("output", {"data-name": about});
  const cells = Object.fromEntries(["x", "y", "z", "slope-x", "slope-y", "step-x", "step-y", "part-x", "part-y", "factor-x", "factor-y", "step"].map((key) => [key, cell(key)]));
  const heads = [html("th", {scope: "col"}), html("th", {scope: "col"})];
  const heightHead = html("i");
  const formula = html("p", {class: "widget-descent-formula"});
  const row = (/** @type {string} */ words, /** @type {string} */ key) =>
    html("tr", {}, html("th", {scope: "row"}, words), html("td", {}, cells[`${key}x`]), html("td", {}, cells[`${key}y`]));
  const factors = row("factor per step", "factor-");
  const part = row("", "part-");
  const table = html("table", {class: "widget-table"},
    html("caption", {}, "after step ", cells.step),
    html("thead", {}, html("tr", {}, html("td"), ...heads)),
    html("tbody", {}, row("place", ""), row("slope", "slope-"), part, row("next step", "step-"), factors,
      html("tr", {}, html("th", {scope: "row"}, "height ", heightHead), html("td", {colspan: "2"}, cells.z))));

  const place = [0, 1].map((k) => numberControl({
    label: "", name: surface.letters[k], value: start[k], step: 0.1, slider: false,
    change: (value) => choose(() => (start = k === 0 ? [value, start[1]] : [start[0], value])),
    refuse: refuseInput,
  }));
  const rate = numberControl({
    label: html("i", {}, "η"), name: "η", value: lr, ...surface.lrs, limits: {above: 0}, refuse: refuseInput,
    change: (value) => choose(() => (lr = value)),
  });
  const looks = html("div", {class: "widget-control widget-descent-days"}, html("span", {class: "widget-label", "aria-hidden": "true"}, "days a step"),
    choice({legend: "Days a step", value: String(days), options: {1: "1", 2: "2", [DAYS]: String(DAYS)}, change: (chosen) => choose(() => {
      days = Number(chosen);
      dressRows();
    })}));
  const seedControl = numberControl({label: "seed", name: "seed", value: seed, step: 1, slider: false, limits: SEEDS, refuse: refuseInput, change: (value) => choose(() => (seed = value))});
  const whole = html("p", {class: "widget-hint"}, "Each step looks at the whole of this loss: a formula has no rows to pick from.");
  const rowsLine = html("div", {class: "widget-row widget-descent-rows"});
  const runButton = button("Run", () => run(!isRunning), {"data-name": "run"});
  const stepButton = button("Step", () => {
    run(false);
    advance(performance.now());
  }, {"data-name": "step-button"});
  const resetButton = button("Back to the start", () => {
    run(false);
    if (steps) earlier = {start, lr, days, seed, steps};
    steps = 0;
    update();
  }, {"data-name": "reset"});
  const above = button("From above", () => {
    const isAbove = picture.tilt > 80;
    look(isAbove ? surface.turn : 0, isAbove ? surface.tilt : 90);
  }, {"data-name": "above", "aria-pressed": "false"});
  const surfaces = choice({
    legend: "Surface", value: name,
    options: {valley: "Valley", saddle: "Saddle", unit: "A real loss"},
    change: (chosen) => take(chosen),
  });

  const paint = painter(canvas, (now) => {
    if (isRunning && now - last >= PAUSE) advance(now);
    if (moved < 1) moved = isCalm() ? 1 : Math.min(1, (now - last) / PAUSE);
    const isTurning = now - turned < REST;
    picture.resize(!isTurning);
    picture.draw(shown(), isRunning || moved < 1 ? null : next(), !isTurning, others);
    if (isRunning || moved < 1 || isTurning) paint();
  }, signal);

  const paintCurve = painter(lossCurve.element, () => lossCurve.draw(name, lines, spanOf(Math.max(...lines.map(({losses}) => losses.length - 1)))), signal);

  /** The walk as far as it has been drawn. @returns {Point[]} */
  function shown() {
    const {points} = result;
    if (moved >= 1 || points.length < 2) return points;
    const [from, to] = [points[points.length - 2], points[points.length - 1]];
    const part = moved * (2 - moved);
    return [...points.slice(0, -1), [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]];
  }

  /** The days that the next step will look at, if not at all. @returns {number[][] | undefined} */
  const nextRows = () => rowsOf({start, lr, days, seed, steps: result.points.length})?.slice(-1);

  /** Where the next step leads. @returns {Point | null} */
  function next() {
    const {points} = walk(surface, result.points[result.points.length - 1], lr, 1, nextRows());
    return points[1] ?? null;
  }

  /** @param {number} now */
  function advance(now) {
    if (result.exploded || steps >= MOST_STEPS) {
      run(false);
      refuse(result.exploded ? "The numbers have become too large. Choose a smaller η, or go back to the start."
        : `These were ${MOST_STEPS} steps. Go back to the start to walk again.`);
      return;
    }
    clearTimeout(settled);
    settled = 0;
    steps += 1;
    last = now;
    moved = 0;
    update();
  }

  /** @param {boolean} wanted */
  function run(wanted) {
    isRunning = wanted;
    runButton.textContent = wanted ? "Pause" : "Run";
    last = performance.now() - PAUSE;
    paint();
  }

  /** @param {string} chosen */
  function take(chosen) {
    run(false);
    name = chosen;
    surface = SURFACES[name];
    start = surface.start;
    lr = surface.lr;
    steps = surface.steps;
    days = DAYS;
    earlier = null;
    refuse("");
    dress();
    update();
  }

  /** Fit to the number of days that each step looks at. */
  function dressRows() {
    if (name !== "unit") rowsLine.replaceChildren(whole);
    else if (!rowsLine.contains(looks)) rowsLine.replaceChildren(looks); // once in, it stays, and so does the focus
    for (const radio of looks.querySelectorAll("input")) radio.checked = radio.value === String(days);
    if (name === "unit" && days < DAYS) rowsLine.append(seedControl.element);
    else seedControl.element.remove();
    part.hidden = days === DAYS;
  }

  /** Fit everything to the surface that was chosen. */
  function dress() {
    picture.take(surface);
    const [x, y, z] = surface.letters;
    heads[0].textContent = x;
    heads[1].textContent = y;
    heightHead.textContent = z;
    factors.hidden = name === "unit";
    dressRows();
    place.forEach((control, k) => {
      const letter = surface.letters[k];
      control.element.querySelector("label").replaceChildren("start ", html("i", {}, letter));
      control.rename(`start ${letter}`);
      const [min, max] = k === 0 ? surface.x : surface.y;
      control.limit(span(k === 0 ? surface.x : surface.y));
      control.write(start[k]);
    });
    rate.rescale(surface.lrs);
    rate.write(lr);
    rate.mark(name === "saddle" ? null : 2 / surface.curvatures(...(name === "unit" ? unitMinimum() : surface.start))[0], "2/λₘₐₓ");
    formula.textContent = `height ${surface.formula}`;
    look(surface.turn, surface.tilt);
    turned = -REST;
  }

  /** @param {number} turn @param {number} tilt  in degrees */
  function look(turn, tilt) {
    picture.turn = ((turn % 360) + 360) % 360;
    picture.tilt = Math.min(90, Math.max(12, tilt));
    above.setAttribute("aria-pressed", String(picture.tilt > 80));
    turned = performance.now();
    paint();
  }

  /** Walk anew, say what came out, and draw it. */
  function update() {
    const settings = {start, lr, days, seed, steps};
    const rows = rowsOf(settings);
    result = walk(surface, start, lr, steps, rows);
    const {points, exploded} = result;
    const span = spanOf(Math.max(steps, earlier?.steps ?? 0));
    others = ghosts(name, start, lr, days, span);
    lines = curves(name, settings, earlier);
    const [x, y] = points[points.length - 1];
    const slopes = surface.slopes(x, y);
    const coming = nextRows()?.[0];
    const followed = coming ? surface.slopes(x, y, coming) : slopes; // by the next step
    if (coming) part.firstElementChild.textContent = `slope, ${called(coming)}`;
    const digits = 4;
    cells.step.textContent = String(points.length - 1);
    [x, y].forEach((value, k) => {
      const letter = "xy"[k];
      cells[letter].textContent = show(value, digits);
      cells[`slope-${letter}`].textContent = show(slopes[k], digits);
      cells[`step-${letter}`].textContent = show(-lr * followed[k], digits);
      cells[`part-${letter}`].textContent = show(followed[k], digits);
      cells[`factor-${letter}`].textContent = show(1 - lr * (name === "valley" ? [1, 10] : [2, -2])[k], digits);
    });
    cells.z.textContent = show(surface.height(x, y), digits);
    const [judged, why, isWarning] = verdict(name, points, lr, exploded, rows);
    const left = picture.isOn([x, y]) ? "" : " The walk has left this map.";
    says.say(judged, why + left, isWarning);
    canvas.setAttribute("aria-label", `The surface ${surface.formula}, and on it a walk of ${points.length - 1} steps from (${show(start[0])}, ${show(start[1])}) to (${show(x, digits)}, ${show(y, digits)}). ${judged} ${others.length ? `Thin, to compare: ${others.map(({words}) => words).join(" and ")}. ` : ""}Arrow keys turn it.`);
    const course = (/** @type {Curve} */ {losses: [first, ...rest]}) => (rest.length
      ? `from ${show(first, digits)} to ${show(rest[rest.length - 1], digits)} in ${rest.length} step${rest.length === 1 ? "" : "s"}`
      : `at ${show(first, digits)}, before the first step`);
    const compared = lines.slice(0, -1).map((one) => `${one.words}${one.kind === "earlier" ? ", your earlier walk" : ""}, ${course(one)}`);
    set(lossCurve.element, {"aria-label": `The loss against the step${name === "valley" ? ", in powers of ten" : ""}: ${lines[lines.length - 1].words}, ${course(lines[lines.length - 1])}.${compared.length ? ` Thin, to compare: ${compared.join("; ")}.` : ""}`});
    refuse("");
    if (isReady) share({surface: name, x: start[0], y: start[1], lr, steps, ...(name === "unit" && days < DAYS ? {days, seed} : {})});
    paint();
    paintCurve();
  }

  // Turn it with a finger, a mouse or keys; take the start and move it; a tap puts it somewhere.
  /** @type {{x: number, y: number, turn: number, tilt: number, takes: boolean, far: boolean} | null} */
  let drag = null;
  const spot = (/** @type {PointerEvent | Touch} */ event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const isAtStart = (/** @type {number[]} */ [x, y], /** @type {number} */ reach) => {
    const [px, py] = picture.onSurface(start);
    return Math.hypot(px - x, py - y) < reach;
  };
  const putStart = (/** @type {number[]} */ [x, y]) => {
    const found = picture.at(x, y);
    if (!found) return;
    run(false);
    const grain = (surface.x[1] - surface.x[0]) / 180;
    refuse("");
    choose(() => (start = /** @type {Point} */ (found.map((value) => Number((Math.round(value / grain) * grain).toFixed(3))))));
    place.forEach((control, k) => control.write(start[k]));
  };
  canvas.addEventListener("touchstart", (/** @type {TouchEvent} */ event) => {
    if (isAtStart(spot(event.touches[0]), 26)) event.preventDefault(); // else it might scroll the page
  }, {passive: false});
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    const [x, y] = spot(event);
    drag = {x, y, turn: picture.turn, tilt: picture.tilt, takes: isAtStart([x, y], event.pointerType === "mouse" ? 14 : 26), far: false};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const [x, y] = spot(event);
    if (!drag) {
      canvas.classList.toggle("widget-grab", isAtStart([x, y], 14));
      return;
    }
    if (Math.hypot(x - drag.x, y - drag.y) > 4) drag.far = true;
    if (!drag.far) return;
    if (drag.takes) putStart([x, y]);
    else look(drag.turn + (x - drag.x) * 0.5, drag.tilt + (y - drag.y) * 0.35);
  });
  canvas.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => {
    if (drag && !drag.far) putStart(spot(event));
    drag = null;
  });
  canvas.addEventListener("pointercancel", () => (drag = null));
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const [turn, tilt] = {ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5]}[event.key] ?? [0, 0];
    if (!turn && !tilt) return;
    event.preventDefault();
    look(picture.turn + turn, picture.tilt + tilt);
  });

  element.append(html("div", {class: "widget-body widget-descent"},
    html("div", {class: "widget-row"}, surfaces, formula), rowsLine,
    html("div", {class: "widget-stage widget-descent-stage"}, html("div", {class: "widget-descent-view"}, canvas,
      html("p", {class: "widget-hint"}, "Drag to turn it, tap to place the start."), above), lossCurve.element,
      html("div", {class: "widget-moves"},
        html("div", {class: "widget-row"}, rate.element, ...place.map((control) => control.element)),
        html("div", {class: "widget-row"}, stepButton, runButton, resetButton)), table),
    says.element, message));
  dress();
  onLook(canvas, () => {
    picture.paint();
    paint();
  }, signal);
  update();
  isReady = true;
}
