// @ts-check
/**
 * Lesson attention: six cards, a question, and the weight of each card as a bar. The networks are
 * those that tests/measure/attention.py trained and wrote; nothing is trained here.
 */

import {hands, networks} from "./attention_numbers.mjs";
import {asked, button, choice, html, painter, sentence, set, show, svg} from "./widget.mjs";

const LETTERS = "ABCDEFGHIJKLMNOP";
const CARDS = 6;
const DIGITS = 10;
const HIDDEN = 2; // the last cards, which a mask hides
const HIGH = 120; // of a bar with the weight 1
const FOOT = 160;

/** @typedef {keyof typeof MASKS} Mask */
/** @typedef {{letters: number[], digits: number[]}} Hand */
/** @typedef {{kind: Kind, letters: number[], root: boolean, mask: Mask}} Question  letters: those asked for, by number */
/** @typedef {keyof typeof KINDS} Kind */

export const KINDS = {untrained: "untrained", trained: "trained", "one head": "2 letters, 1 head", "two heads": "2 letters, 2 heads"};
export const MASKS = {none: "no mask", infinity: "−∞", ten: "−10", after: "0 after the softmax"};

/** How many letters a network is asked for. @param {Kind} kind */
export const questionsOf = (kind) => (kind === "one head" || kind === "two heads" ? 2 : 1);
/** @param {Kind} kind */
export const headsOf = (kind) => (kind === "two heads" ? 2 : 1);

/** A row times a matrix. @param {number[]} row @param {number[][]} matrix */
const times = (row, matrix) => matrix[0].map((_, j) => row.reduce((sum, entry, i) => sum + entry * matrix[i][j], 0));
const dot = (/** @type {number[]} */ u, /** @type {number[]} */ v) => u.reduce((sum, entry, i) => sum + entry * v[i], 0);

/**
 * Return the weights of each head, and the sums of each answer, ten for each letter that is asked for.
 * @param {Hand} hand @param {Question} question
 * @returns {{weights: number[][], sums: number[][]}}
 */
export function attend({letters, digits}, {kind, letters: wanted, root, mask}) {
  const [Wq, Wk, Wv, Wo] = /** @type {number[][][]} */ (/** @type {any} */ (networks)[kind]);
  const heads = headsOf(kind);
  const query = Wq[0].map((_, i) => wanted.reduce((sum, letter, place) => sum + Wq[place * LETTERS.length + letter][i], 0));
  const rows = (/** @type {number[][]} */ matrix) => letters.map((letter, card) => matrix[letter].map((entry, i) => entry + matrix[LETTERS.length + digits[card]][i]));
  const keys = rows(Wk);
  const values = rows(Wv);
  const part = (/** @type {number[]} */ row, /** @type {number} */ head) => row.slice((head * row.length) / heads, ((head + 1) * row.length) / heads);
  const weights = Array.from({length: heads}, (_, head) => {
    const scores = keys.map((key, card) => {
      const score = dot(part(query, head), part(key, head)) / (root ? Math.sqrt(query.length / heads) : 1);
      const hidden = card >= CARDS - HIDDEN;
      return hidden && mask === "infinity" ? -Infinity : hidden && mask === "ten" ? score - 10 : score;
    });
    const largest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power, card) => (mask === "after" && card >= CARDS - HIDDEN ? 0 : power / total));
  });
  const found = weights.flatMap((row, head) => times(row, values.map((value) => part(value, head))));
  const sums = Wo ? times(found, Wo) : found;
  return {weights, sums: Array.from({length: sums.length / DIGITS}, (_, n) => sums.slice(n * DIGITS, (n + 1) * DIGITS))};
}

/** Return the place of the largest. @param {number[]} sums */
export const answerOf = (sums) => sums.indexOf(Math.max(...sums));

/** Return the hand with another digit on its last card. @param {Hand} hand @param {number} by @returns {Hand} */
export function changed({letters, digits}, by) {
  return {letters, digits: digits.map((digit, card) => (card === CARDS - 1 ? (digit + by) % DIGITS : digit))};
}

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const limits = {min: 1, max: CARDS, whole: true};
  let kind = /** @type {Kind} */ (Object.hasOwn(KINDS, state.network ?? "") ? state.network : "trained");
  let mask = /** @type {Mask} */ (Object.hasOwn(MASKS, state.mask ?? "") ? state.mask : "none");
  let root = state.root !== "no";
  let first = asked(state, "card", 2, limits) - 1;
  let second = asked(state, "second", 4, limits) - 1;
  let number = asked(state, "hand", 1, {min: 1, max: hands.length, whole: true}) - 1;
  let by = asked(state, "later", 0, {min: 0, max: DIGITS - 1, whole: true});
  if (second === first) second = (first + 1) % CARDS;

  const cards = Array.from({length: CARDS}, (_, place) => {
    const x = 36 + 65.6 * place;
    const bars = ["first", "second"].map((head) => svg("rect", {class: `widget-attention-bar widget-attention-${head}`, width: 24}));
    const numbers = bars.map((_, head) => svg("text", {"data-name": `weight-${head + 1}-${place + 1}`, class: `widget-attention-number widget-attention-${head ? "second" : "first"}`}));
    const letter = svg("text", {x, y: 188, class: "widget-attention-letter"});
    const digit = svg("text", {x, y: 210, "data-name": `digit-${place + 1}`});
    const mark = svg("text", {x, y: 236, class: "widget-attention-mark"});
    const group = svg("g", {class: "widget-attention-card", click: () => ask(place)},
      svg("rect", {x: x - 24, y: 168, width: 48, height: 52, rx: 6}), letter, digit);
    return {x, bars, numbers, letter, digit, mark, group};
  });
  const legends = ["first", "second"].map((head, place) => svg("text", {x: place ? 230 : 170, y: 16, class: `widget-attention-number widget-attention-${head}`}, `head ${place + 1}`));
  const picture = svg("svg", {viewBox: "0 0 400 244", tabindex: "0", role: "img", class: "widget-attention-picture", "data-name": "cards"},
    ...legends, svg("path", {class: "widget-attention-floor", d: `M6 ${FOOT + 0.5}H394`}),
    ...cards.flatMap(({bars, numbers, group, mark}) => [...bars, ...numbers, group, mark]));

  const says = sentence(signal);
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);
  const kinds = choice({legend: "Network", options: KINDS, value: kind, change: (/** @type {string} */ picked) => {
    kind = /** @type {Kind} */ (picked);
    moved();
  }});
  const masks = choice({legend: "Mask on the last two cards", options: MASKS, value: mask, change: (/** @type {string} */ picked) => {
    mask = /** @type {Mask} */ (picked);
    moved();
  }});
  const roots = button("divide by √d", () => {
    root = !root;
    moved();
  }, {"data-name": "root"});
  const later = button("Change the last digit", change, {"data-name": "later"});
  const next = button("Next hand", () => {
    number = (number + 1) % hands.length;
    by = 0;
    moved();
  }, {"data-name": "hand"});

  /** Ask for another card: the next one this way that the other letter is not on. @param {boolean} isSecond @param {number} step */
  function go(isSecond, step) {
    const from = isSecond ? second : first;
    const other = isSecond ? first : second;
    let place = (from + step + CARDS) % CARDS;
    if (place === other && questionsOf(kind) === 2) place = (place + step + CARDS) % CARDS;
    if (isSecond) second = place;
    else if (place === second) return ask(place);
    else first = place;
    moved();
  }

  /** @param {number} place */
  function ask(place) {
    if (place === second) second = first;
    first = place;
    moved();
  }

  function change() {
    by = (by + 1) % DIGITS;
    moved();
  }

  function moved() {
    share({network: kind, card: first + 1, second: second + 1, root: root ? "yes" : "no", mask, hand: number + 1, later: by});
    paint();
  }

  function display() {
    const hand = changed(hands[number], by);
    const places = questionsOf(kind) === 2 ? [first, second] : [first];
    const question = {kind, letters: places.map((place) => hand.letters[place]), root, mask};
    const {weights, sums} = attend(hand, question);
    cards.forEach(({x, bars, numbers, letter, digit, mark, group}, place) => {
      letter.textContent = LETTERS[hand.letters[place]];
      digit.textContent = String(hand.digits[place]);
      bars.forEach((bar, head) => {
        const weight = weights[head]?.[place] ?? 0;
        const middle = weights.length === 2 ? x + (head ? 14 : -14) : x;
        const height = weights[head] ? Math.max(1, HIGH * weight) : 0;
        set(bar, {x: middle - 12, y: FOOT - height, height});
        set(numbers[head], {x: middle, y: FOOT - height - 6});
        numbers[head].textContent = weights[head] ? show(weight, 2) : "";
      });
      const isAsked = places.indexOf(place);
      group.classList.toggle("widget-attention-asked", isAsked >= 0);
      group.classList.toggle("widget-attention-hidden", mask !== "none" && place >= CARDS - HIDDEN);
      mark.textContent = isAsked < 0 ? "" : places.length === 1 ? "asked" : isAsked ? "asked 2nd" : "asked 1st";
    });
    legends.forEach((legend) => set(legend, {visibility: weights.length === 2 ? "visible" : "hidden"}));
    set(roots, {"aria-pressed": String(root)});
    const named = places.map((place) => LETTERS[hand.letters[place]]);
    const answers = sums.map(answerOf);
    const isRight = places.every((place, n) => hand.digits[place] === answers[n]);
    const bold = `${named.map((name, n) => `${name} is ${answers[n]}`).join(", ")}: ${isRight ? "right" : "wrong"}.`;
    says.say(bold, words(hand, question, places, weights, sums), !isRight);
    const told = weights.map((row, head) => `${weights.length === 2 ? `Head ${head + 1}: ` : ""}${row.map((weight, place) => `${LETTERS[hand.letters[place]]}${hand.digits[place]} ${show(weight, 2)}`).join(", ")}.`).join(" ");
    set(picture, {"aria-label": `The weights of six cards. ${told} ${bold} The left and right arrow keys choose the card that is asked for, with Shift the second one; n, r, m and c switch the network, the root, the mask and the last digit.`});
  }

  /** Say what a change of the last card does, or what the weights add up to. @param {Hand} hand @param {Question} question @param {number[]} places @param {number[][]} weights @param {number[][]} sums */
  function words(hand, question, places, weights, sums) {
    const hidden = mask !== "none" && places.some((place) => place >= CARDS - HIDDEN);
    const total = weights[0].reduce((all, weight) => all + weight, 0);
    const whole = mask === "after" ? ` The weights add up to ${show(total, 2)}.` : "";
    const covered = hidden ? " A card that is asked for is hidden, so the answer should be wrong." : "";
    if (!by) return `${whole}${covered} Change the last digit: does the answer know?`.trim();
    const before = attend(changed(hand, DIGITS - by), question).sums;
    const most = Math.max(...sums.flatMap((row, n) => row.map((sum, digit) => Math.abs(sum - before[n][digit]))));
    const by_ = most === 0 ? "by 0: it cannot know the last card" : most < 0.0005 ? "by less than 0.001, but not by 0" : `by ${show(most, 3)}`;
    return `The last digit went from ${hands[number].digits[CARDS - 1]} to ${hand.digits[CARDS - 1]}, and that moved the sums of the answer ${by_}.${whole}${covered}`;
  }

  body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    const press = (/** @type {HTMLElement} */ group) => {
      const inputs = /** @type {HTMLInputElement[]} */ ([...group.querySelectorAll("input")]);
      inputs[(inputs.findIndex((one) => one.checked) + 1) % inputs.length].click();
    };
    if (step) go(event.shiftKey && questionsOf(kind) === 2, step);
    else if (event.key === "n") press(kinds);
    else if (event.key === "m") press(masks);
    else if (event.key === "r") roots.click();
    else if (event.key === "c") later.click();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the arrows turn pages elsewhere
  });

  body.append(
    html("div", {class: "widget-row widget-attention-row"}, kinds, roots),
    picture,
    html("div", {class: "widget-row widget-attention-row"}, html("span", {class: "widget-attention-label"}, "Last two cards:"), masks),
    html("div", {class: "widget-row"}, later, next),
    says.element);
  element.append(body);
  display();
}
