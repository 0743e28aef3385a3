// @ts-check
/**
 * Lesson convolution: a window moves over a picture, and the picture moves too. The map of a kernel
 * follows, entry by entry; a dense layer's sums don't. The matrix shows which row is at work.
 */

import {Linear} from "./network.mjs";
import {default_rng} from "./rng.mjs";
import {asked, button, choice, drags, html, painter, sentence, set, show, svg} from "./widget.mjs";

const SIDE = 8; // of the picture
const SIZE = 3; // of the kernel
const PLACES = SIDE - SIZE + 1; // along a side of the map
const FAR = 3; // the picture moves by that many pixels at most
const CELL = 20;
const [WIDE, HIGH] = [6, 3]; // of an entry of the matrix

// The first four pictures of np_nn.digits; a letter is a pixel, from 0 for paper to g for full ink.
export const PICTURES = [
  "005d910000dfaf5003f20b8004c008800580098004b01c7002e5ac00006da000",
  "000cd500000bg900003fg60007fgg200001gg300001gg600001gg600000bga00",
  "0004fc00003gfe00008d8g000016fb00018df10009gg500003dggb500003bg90",
  "007fd10008d6f400021dd000002fb1000001cc1000001a8000845e90007dd900",
].map((text) => [...text].map((letter) => "0123456789abcdefg".indexOf(letter) / 16));

const rng = default_rng(0);
export const KERNELS = { // the first one is that of the lesson
  random: Array.from({length: SIZE * SIZE}, () => rng.uniform(-1, 1)),
  upright: [-1, 2, -1, -1, 2, -1, -1, 2, -1],
  level: [-1, -1, -1, 2, 2, 2, -1, -1, -1],
};
const WORDS = {random: "random", upright: "upright strokes", level: "level strokes"};
const linear = new Linear(SIDE * SIDE, PLACES * PLACES, default_rng(0));

/** Return a picture moved down and to the right; what comes over the edge is blank. @param {number[]} picture @param {number} down @param {number} right */
export function moved(picture, down, right) {
  return picture.map((_, place) => {
    const [row, column] = [Math.floor(place / SIDE) - down, (place % SIDE) - right];
    return row >= 0 && row < SIDE && column >= 0 && column < SIDE ? picture[SIDE * row + column] : 0;
  });
}

/** Return the pixels that the window of place (i, j) covers, as numbers from 0 to 63. @param {number} i @param {number} j */
export const seen = (i, j) => Array.from({length: SIZE * SIZE}, (_, k) => SIDE * (i + Math.floor(k / SIZE)) + j + (k % SIZE));

/** Return the map: 36 sums. @param {number[]} picture @param {number[]} kernel */
export function convolve(picture, kernel) {
  return Array.from({length: PLACES * PLACES}, (_, unit) =>
    seen(Math.floor(unit / PLACES), unit % PLACES).reduce((sum, place, k) => sum + kernel[k] * picture[place], 0));
}

/** Return the 36 sums of a dense layer. @param {number[]} picture */
export const dense = (picture) => linear.forward([picture])[0];

/**
 * Return [how many sums are exactly those of before, as far further on as the picture moved; of how many].
 * @param {number[]} before @param {number[]} after @param {number} down @param {number} right
 */
export function follows(before, after, down, right) {
  let [same, all] = [0, 0];
  after.forEach((sum, unit) => {
    const [i, j] = [Math.floor(unit / PLACES) - down, (unit % PLACES) - right];
    if (i < 0 || i >= PLACES || j < 0 || j >= PLACES) return;
    all += 1;
    if (sum === before[PLACES * i + j]) same += 1;
  });
  return [same, all];
}

/** Return squares of one size as the path of an SVG. @param {number[][]} corners @param {number} width @param {number} height */
const squares = (corners, width, height) => corners.map(([x, y]) => `M${x} ${y}h${width}v${height}h${-width}z`).join("");

/** Return where the nine entries of a row of the matrix are drawn. @param {number} unit */
const entries = (unit) => seen(Math.floor(unit / PLACES), unit % PLACES).map((place) => [WIDE * place, HIGH * unit]);

/** A square of numbers: how far from 0 is how dark, and the sign is a colour. @param {number} side @param {string} name */
function sheet(side, name) {
  const cells = Array.from({length: side * side}, (_, place) =>
    svg("rect", {x: CELL * (place % side), y: CELL * Math.floor(place / side), width: CELL, height: CELL}));
  const frame = svg("rect", {class: "widget-convolution-frame", width: CELL, height: CELL});
  const element = svg("svg", {viewBox: `-2 -2 ${CELL * side + 4} ${CELL * side + 4}`, class: "widget-convolution-sheet", role: "img", "data-name": name},
    svg("rect", {class: "widget-convolution-paper", width: CELL * side, height: CELL * side}), ...cells, frame);
  /** @param {number[]} values @param {string} [ink]  a class for all cells @param {number} [most]  of the darkest */
  const fill = (values, ink, most = 1) => {
    const largest = ink ? 1 : Math.max(1e-9, ...values.map(Math.abs)) / most;
    values.forEach((value, place) => set(cells[place], {
      class: ink ?? (value > 0 ? "widget-convolution-above" : "widget-convolution-below"),
      "fill-opacity": Math.abs(value) / largest,
    }));
  };
  return {element, frame, fill};
}

/** How a picture has moved, in words: "2 pixels down and 1 to the right". @param {number} down @param {number} right */
export function told(down, right) {
  const parts = [[down, "down", "up"], [right, "to the right", "to the left"]]
    .filter(([by]) => by !== 0).map(([by, ahead, back]) => [Math.abs(Number(by)), Number(by) > 0 ? ahead : back]);
  return parts.map(([by, where], k) => `${by}${k ? "" : by === 1 ? " pixel" : " pixels"} ${where}`).join(" and ");
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const whole = (/** @type {string} */ key, /** @type {number} */ fallback, /** @type {number} */ min, /** @type {number} */ max) =>
    asked(state, key, fallback, {min, max, whole: true});
  let [row, column] = [whole("row", 2, 1, PLACES) - 1, whole("column", 5, 1, PLACES) - 1];
  let [down, right] = [whole("down", 0, -FAR, FAR), whole("right", 0, -FAR, FAR)];
  let number = whole("picture", 0, 0, PICTURES.length - 1);
  let name = Object.hasOwn(KERNELS, state.kernel ?? "") ? state.kernel : "random";

  const picture = sheet(SIDE, "picture");
  const kernel = sheet(SIZE, "kernel");
  const map = sheet(PLACES, "map");
  const other = sheet(PLACES, "dense");
  set(picture.element, {tabindex: "0"});
  picture.element.classList.add("widget-convolution-live");
  set(picture.frame, {width: SIZE * CELL, height: SIZE * CELL});
  const weights = Array.from({length: SIZE * SIZE}, (_, k) => svg("text", {
    class: "widget-convolution-weight", x: CELL * ((k % SIZE) + 0.5), y: CELL * (Math.floor(k / SIZE) + 0.64),
  }));
  kernel.frame.replaceWith(...weights);
  const all = squares(Array.from({length: PLACES * PLACES}, (_, unit) => entries(unit)).flat(), WIDE - 0.5, HIGH - 0.5);
  const lit = svg("path", {class: "widget-convolution-lit"});
  const matrix = svg("svg", {viewBox: `0 0 ${WIDE * SIDE * SIDE} ${HIGH * PLACES * PLACES}`, class: "widget-convolution-matrix", role: "img", "data-name": "matrix"},
    svg("rect", {class: "widget-convolution-zeros", width: WIDE * SIDE * SIDE, height: HIGH * PLACES * PLACES}),
    svg("path", {class: "widget-convolution-weights", d: all}), lit);
  const says = sentence(signal);
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);

  function changed() {
    share({row: row + 1, column: column + 1, down, right, kernel: name, picture: number});
    paint();
  }

  /** @param {number} i @param {number} j */
  function look(i, j) {
    [row, column] = [i, j].map((place) => Math.min(PLACES - 1, Math.max(0, place)));
    changed();
  }

  /** @param {number} by @param {number} aside */
  function move(by, aside) {
    [down, right] = [down + by, right + aside].map((far) => Math.min(FAR, Math.max(-FAR, far)));
    changed();
  }

  function display() {
    const still = PICTURES[number];
    const now = moved(still, down, right);
    const weight = KERNELS[/** @type {keyof typeof KERNELS} */ (name)];
    const [found, sums] = [convolve(now, weight), dense(now)];
    const unit = PLACES * row + column;
    picture.fill(now, "widget-convolution-ink");
    kernel.fill(weight, undefined, 0.4); // the numbers on it must be read
    map.fill(found);
    other.fill(sums);
    weights.forEach((text, k) => (text.textContent = show(weight[k], name === "random" ? 2 : 0)));
    set(picture.frame, {x: CELL * column, y: CELL * row});
    for (const one of [map, other]) set(one.frame, {x: CELL * column, y: CELL * row});
    set(lit, {d: squares(entries(unit), WIDE - 0.5, HIGH - 0.5)});
    const sum = show(found[unit], 2);
    if (down || right) {
      const [same, places] = follows(convolve(still, weight), found, down, right);
      const [alike] = follows(dense(still), sums, down, right);
      says.say(`The picture has moved ${told(down, right)}.`, `${same} of ${places} sums of the map have moved along, exactly, and the other ${PLACES * PLACES - places} see what came over the edge. In the dense layer ${alike} of ${places} have.`);
    } else {
      says.say(`Row ${row + 1}, column ${column + 1} of the map is ${sum}.`, `Nine weights times nine pixels: row ${unit + 1} of the matrix does the same, with 55 zeros.`);
    }
    set(picture.element, {"aria-label": `A digit on 8 by 8 pixels, moved ${told(down, right) || "by nothing"}. The window is at row ${row + 1}, column ${column + 1}; the sum there is ${sum}. `
      + "The arrow keys move the window; with Shift they move the picture."});
    set(map.element, {"aria-label": `The map, 6 by 6 sums. Row ${row + 1}, column ${column + 1}: ${sum}.`});
    set(other.element, {"aria-label": `The 36 sums of a dense layer. Number ${unit + 1}: ${show(sums[unit], 2)}.`});
    set(kernel.element, {"aria-label": `The kernel, 3 by 3 weights: ${weight.map((value) => show(value, 2)).join(", ")}.`});
    set(matrix, {"aria-label": `The matrix, 36 rows and 64 columns. In row ${unit + 1} nine weights are not 0.`});
  }

  const ARROWS = /** @type {Record<string, number[]>} */ ({ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]});
  picture.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) move(step[0], step[1]);
    else look(row + step[0], column + step[1]);
  });
  // The window's middle goes where the pointer is.
  drags(/** @type {any} */ (picture.element), () => (x, y) => look(Math.floor((y - 2) / CELL) - 1, Math.floor((x - 2) / CELL) - 1));

  const arrow = (/** @type {string} */ sign, /** @type {string} */ where, /** @type {number} */ by, /** @type {number} */ aside) =>
    button(sign, () => move(by, aside), {"aria-label": `Move the picture ${where}`});
  const panel = (/** @type {string} */ title, /** @type {any} */ one) => html("div", {}, html("p", {class: "widget-convolution-title"}, title), one.element);
  body.append(
    html("div", {class: "widget-row"},
      choice({legend: "The kernel", options: WORDS, value: name, change: (/** @type {string} */ picked) => {
        name = picked;
        changed();
      }}),
      button("Next picture", () => {
        number = (number + 1) % PICTURES.length;
        changed();
      })),
    html("div", {class: "widget-convolution-stage"}, panel("picture", picture), panel("kernel", kernel), panel("map", map), panel("dense layer", other)),
    html("div", {class: "widget-row widget-convolution-moves"}, html("span", {}, "Move the picture:"),
      arrow("←", "to the left", 0, -1), arrow("→", "to the right", 0, 1), arrow("↑", "up", -1, 0), arrow("↓", "down", 1, 0),
      button("Back", () => {
        [down, right] = [0, 0];
        changed();
      })),
    html("p", {class: "widget-convolution-title"}, "the same as a matrix: a row for each sum, a column for each pixel"), matrix, says.element);
  element.append(body);
  display();
}
