// @ts-check
/**
 * Lesson digits: a sheet of 8 by 8 pixels to draw on, and what the trained network makes of it.
 * It trains nothing: the network and the pictures are those that tests/measure/digits.py wrote.
 */

import {layers, mean, pictures, validated} from "./digits_numbers.mjs";
import {Linear, Network, ReLU} from "./network.mjs";
import {button, choice, drags, html, painter, sentence, set, show, svg} from "./widget.mjs";

const SIDE = 8;
const INK = 16; // of a full pixel
const STEP = 22; // of a pixel, in units of the sheet
const BAR = 200; // the length of the longest bar, in units of its row

const [first, second] = layers.map(([weight, bias]) => {
  const layer = new Linear(1, 1);
  Object.assign(layer, {weight, bias});
  return layer;
});
const network = new Network([first, new ReLU(), second]);

/**
 * Return what the network makes of a picture of 64 pixels: ten sums, their powers after the
 * largest sum was taken away, and ten probabilities.
 * @param {number[]} pixels @returns {Record<string, number[]>}
 */
export function read(pixels) {
  const [sums] = network.forward([pixels.map((ink, i) => (ink - mean[i]) / INK)]);
  const largest = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - largest));
  const total = powers.reduce((all, power) => all + power, 0);
  return {sums: [...sums], powers, probabilities: powers.map((power) => power / total)};
}

/** Return the digit with the largest probability. @param {number[]} probabilities */
export const answer = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

const DIGITS = "0123456789abcdefg"; // of an ink in the address
/** @param {number[]} pixels */
export const written = (pixels) => pixels.map((ink) => DIGITS[ink]).join("");
/** Return the pixels that an address asks for, or null. @param {string | undefined} text */
export const unwritten = (text) => (/^[0-9a-g]{64}$/.test(text ?? "") ? [.../** @type {string} */ (text)].map((ink) => DIGITS.indexOf(ink)) : null);

const WORDS = {sums: "sums", powers: "exponentials", probabilities: "probabilities"};

/** Return where a bar begins and how long it is, from 0 to BAR. @param {string} kind @param {number} value @param {number[]} all */
export function bar(kind, value, all) {
  if (kind !== "sums") return [0, BAR * value];
  const low = Math.min(0, ...all);
  const scale = BAR / (Math.max(0, ...all) - low);
  return [scale * (Math.min(0, value) - low), scale * Math.abs(value)];
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const asked = unwritten(state.ink);
  const wanted = Number(state.picture ?? 0);
  /** @type {number | null} the picture that is on the sheet, as long as nobody changes it */
  let place = asked ? null : pictures[wanted] ? wanted : 0;
  let last = place ?? 0;
  let pixels = asked ?? [...pictures[last].pixels];
  let kind = Object.hasOwn(WORDS, state.show ?? "") ? state.show : "probabilities";
  let [row, column] = [3, 3];

  const cells = pixels.map((_, i) => svg("rect", {class: "widget-digits-ink", x: STEP * (i % SIDE), y: STEP * Math.floor(i / SIDE), width: STEP, height: STEP}));
  const cursor = svg("rect", {class: "widget-digits-cursor", width: STEP - 2, height: STEP - 2});
  const lines = Array.from({length: SIDE - 1}, (_, i) => `M${STEP * (i + 1)} 0V${STEP * SIDE}M0 ${STEP * (i + 1)}H${STEP * SIDE}`).join("");
  const sheet = svg("svg", {viewBox: `0 0 ${STEP * SIDE} ${STEP * SIDE}`, tabindex: "0", role: "img", class: "widget-digits-sheet", "data-name": "sheet"},
    svg("rect", {class: "widget-digits-paper", width: STEP * SIDE, height: STEP * SIDE}), ...cells, svg("path", {class: "widget-digits-lines", d: lines}), cursor);

  const rows = Array.from({length: 10}, (_, digit) => {
    const length = svg("rect", {class: "widget-digits-bar", height: 10});
    const value = html("output", {"data-name": `digit-${digit}`});
    const line = html("tr", {}, html("th", {scope: "row"}, String(digit)),
      html("td", {class: "widget-digits-bars"}, svg("svg", {viewBox: `0 0 ${BAR} 10`, preserveAspectRatio: "none", "aria-hidden": "true"}, length)),
      html("td", {class: "widget-digits-value"}, value));
    return {line, length, value};
  });
  const table = html("table", {class: "widget-table widget-digits-table"},
    html("caption", {class: "widget-hidden"}, "What the network says to each digit"),
    html("tbody", {}, ...rows.map(({line}) => line)));
  const says = sentence(signal);
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);

  function changed() {
    place = null;
    share({ink: written(pixels), show: kind});
    paint();
  }

  function mistake() {
    place = last = last >= pictures.length - 1 ? 1 : last + 1;
    pixels = [...pictures[place].pixels];
    share({picture: place, show: kind});
    paint();
  }

  function clear() {
    pixels = pixels.map(() => 0);
    changed();
  }

  function display() {
    const found = read(pixels);
    const values = found[kind];
    const guess = answer(found.probabilities);
    pixels.forEach((ink, i) => set(cells[i], {"fill-opacity": ink / INK}));
    set(cursor, {x: STEP * column + 1, y: STEP * row + 1});
    rows.forEach(({line, length, value}, digit) => {
      const [x, width] = bar(kind, values[digit], values);
      set(length, {x, width});
      line.classList.toggle("widget-picked", digit === guess);
      value.textContent = show(values[digit], kind === "sums" ? 2 : 3);
    });
    const sure = show(found.probabilities[guess], 3);
    if (place === null) {
      says.say(`It reads a ${guess}.`, `Probability ${sure}. Whatever you draw, the ten probabilities add up to 1: there is no answer "this is no digit".`);
    } else {
      const {label, form, row: number} = pictures[place];
      const where = `row ${number}, form ${form}, which was not in the training`;
      if (guess === label) says.say(`It reads a ${guess}, correctly.`, `Probability ${sure}. This is ${where}.`);
      else says.say(`It reads a ${guess}, and it is a ${label}.`, `Probability ${sure} for the ${guess}, ${show(found.probabilities[label], 3)} for the ${label}. This is ${where}; mistake ${place} of ${pictures.length - 1} in ${validated} pictures.`, true);
    }
    set(sheet, {"aria-label": `A sheet of 8 by 8 pixels, read as a ${guess}. Row ${row + 1}, column ${column + 1}: ink ${pixels[SIDE * row + column]} of 16. `
      + "The arrow keys move, the space bar darkens, Delete clears a pixel, N brings the next mistake."});
  }

  sheet.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = SIDE * row + column;
    const act = {
      ArrowUp: () => (row = Math.max(0, row - 1)), ArrowDown: () => (row = Math.min(SIDE - 1, row + 1)),
      ArrowLeft: () => (column = Math.max(0, column - 1)), ArrowRight: () => (column = Math.min(SIDE - 1, column + 1)),
    }[event.key];
    if (act) act();
    else if (event.key === " ") pixels[at] = pixels[at] === INK ? 0 : Math.min(INK, pixels[at] + 4);
    else if (event.key === "Delete" || event.key === "Backspace") pixels[at] = 0;
    else if (event.key.toLowerCase() === "n") mistake();
    else return;
    event.preventDefault();
    event.stopPropagation(); // n is the next page's key elsewhere
    if (act) paint();
    else if (event.key.toLowerCase() !== "n") changed();
  });

  // Whoever presses on a dark pixel wipes, on a light one draws.
  drags(/** @type {any} */ (sheet), (x, y) => {
    const at = (/** @type {number} */ across, /** @type {number} */ down) => [down, across].map((spot) => Math.min(SIDE - 1, Math.max(0, Math.floor(spot / STEP))));
    const [firstRow, firstColumn] = at(x, y);
    const ink = pixels[SIDE * firstRow + firstColumn] > INK / 2 ? 0 : INK;
    return (across, down) => {
      [row, column] = at(across, down);
      if (pixels[SIDE * row + column] === ink) return paint();
      pixels[SIDE * row + column] = ink;
      changed();
    };
  });

  body.append(
    html("div", {class: "widget-row"},
      choice({legend: "What the bars show", options: WORDS, value: kind, change: (/** @type {string} */ picked) => {
        kind = picked;
        share(place === null ? {ink: written(pixels), show: kind} : {picture: place, show: kind});
        paint();
      }}),
      html("div", {class: "widget-digits-buttons"}, button("Next mistake", mistake), button("Clear", clear))),
    html("div", {class: "widget-digits-stage"}, sheet, table), says.element);
  element.append(body);
  display();
}
