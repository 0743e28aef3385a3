// @ts-check
/** The start page: a network learns XOR while one watches. The training and the plane are those of the lesson. */

import {button, html, onLook, painter, sentence} from "./widget.mjs";
import {makeView, Training, verdict} from "./xor.mjs";

const STEPS = 2000; // of the lesson
const SPEED = 150; // steps a second
const PAUSE = 100; // milliseconds between two changes of the numbers
const SLICE = 5; // milliseconds of a frame for learning

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {signal}) {
  let seed = 0;
  const begin = () => new Training({seed, width: 8, activation: "tanh", lr: 0.5});
  let training = begin();
  let isRunning = false;
  let goal = STEPS; // it begins with what the static figure shows
  let owed = 0; // steps that a run has not taken yet
  let before = 0; // when the last frame was
  let written = -PAUSE; // when the numbers were

  const view = makeView();
  const {canvas, plane} = view;
  const says = sentence(signal);
  const play = button("Watch it learn", () => (isRunning ? run(false) : training.steps >= STEPS ? again() : run(true)), {"data-name": "run"});
  const another = button("Another start", () => {
    seed += 1;
    again();
  }, {"data-name": "another"});

  const paint = painter(canvas, (now) => {
    if (isRunning) {
      owed += (SPEED * Math.min(now - before, 100)) / 1000;
      goal = Math.min(STEPS, goal + Math.floor(owed));
      owed %= 1;
    }
    before = now;
    const until = performance.now() + SLICE;
    while (training.steps < goal && performance.now() < until) training.step();
    if (isRunning) goal = training.steps; // a slow computer owes nothing
    if (isRunning && goal === STEPS) run(false);
    const isOn = isRunning || training.steps < goal;
    plane.draw(training, !isOn);
    if (!isOn || now - written >= PAUSE) write(now);
    if (isOn) paint();
  }, signal);

  /** @param {boolean} wanted */
  function run(wanted) {
    isRunning = wanted;
    play.textContent = wanted ? "Pause" : training.steps >= STEPS ? "Watch it learn" : "Go on";
    before = performance.now();
    owed = 0;
    paint();
  }

  function again() {
    training = begin();
    goal = 0;
    written = -PAUSE;
    run(true);
  }

  /** @param {number} now */
  function write(now) {
    written = now;
    view.write(training);
    says.say(...verdict(training));
  }

  element.append(html("div", {class: "widget-body"}, html("div", {class: "widget-start"},
    view.element,
    html("div", {},
      html("div", {class: "widget-start-buttons"}, play, another),
      view.title,
      says.element,
      html("p", {class: "widget-hint"}, "XOR is 1 if exactly one of two inputs is 1. A network with eight hidden units learns it here.")))));
  onLook(canvas, () => {
    plane.look();
    paint();
  }, signal);
}
