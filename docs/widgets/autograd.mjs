// @ts-check
/**
 * Lesson autograd: a small graph that remembers what it was made from, one arrow at a time,
 * forward and back. Three mistakes can be switched on; the first wrong number is marked.
 */

import {asked, button, html, painter, sentence, set, show, svg} from "./widget.mjs";

/**
 * A node: its numbers, one or two, and for each parent a rule, from the gradient of the node to
 * what the parent gets of it.
 * @typedef {{name: string, data: number[], parents: Parent[]}} Item
 * @typedef {{node: Item, rule: (g: number[]) => number[]}} Parent
 * @typedef {"equals" | "hurry" | "unsummed"} Bug
 * @typedef {Record<string, number[] | undefined>} Numbers
 * @typedef {{kind: "forward" | "start" | "back", node: string, parent?: string, edge?: number,
 *   share?: number[], before?: number[], values: string[], gradients: Numbers, right: Numbers}} Step
 */

/** @type {Record<Bug, string>} */
export const BUGS = {equals: "= for +=", hurry: "order of discovery", unsummed: "no sum over rows"};

const both = (/** @type {number[]} */ u, /** @type {number[]} */ v, /** @type {(a: number, b: number) => number} */ act) =>
  Array.from({length: Math.max(u.length, v.length)}, (_, row) => act(u[row % u.length], v[row % v.length]));
const total = (/** @type {number[]} */ values) => values.reduce((all, value) => all + value, 0);

/** @param {string} name @param {Item} u @param {Item} v @returns {Item} */
const add = (name, u, v) => ({name, data: both(u.data, v.data, (a, b) => a + b), parents: [{node: u, rule: (g) => g}, {node: v, rule: (g) => g}]});
/** @param {string} name @param {Item} u @param {Item} v @returns {Item} */
const multiply = (name, u, v) => ({
  name, data: both(u.data, v.data, (a, b) => a * b),
  parents: [{node: u, rule: (g) => both(g, v.data, (a, b) => a * b)}, {node: v, rule: (g) => both(g, u.data, (a, b) => a * b)}],
});
/** @param {string} name @param {Item} u @returns {Item} */
const sum = (name, u) => ({name, data: [total(u.data)], parents: [{node: u, rule: (g) => u.data.map(() => g[0])}]});

/** The graph of the lesson. @returns {Item} its end */
export function graph() {
  const x = {name: "x", data: [1, 2], parents: []};
  const b = {name: "b", data: [1], parents: []};
  const h = add("h", x, b);
  return sum("L", add("t", h, multiply("s", h, h)));
}

/** Return the nodes in the order of the walk back. @param {Item} end @param {boolean} isDiscovery */
export function inOrder(end, isDiscovery) {
  /** @type {Item[]} */
  const line = [];
  const seen = new Set();
  const visit = (/** @type {Item} */ node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (isDiscovery) line.push(node);
    for (const {node: parent} of node.parents) visit(parent);
    if (!isDiscovery) line.push(node);
  };
  visit(end);
  return isDiscovery ? line : line.reverse();
}

/** Return what was copied, summed to as many numbers as there were. @param {number[]} share @param {number} length */
const sumTo = (share, length) => (share.length > length ? [total(share)] : share);

/** Walk back; return the gradients of all nodes. @param {Item} end @param {Bug[]} bugs @param {(node: Item, parent: Parent, edge: number, share: number[], before: number[] | undefined) => void} [tell] */
export function walk(end, bugs, tell = () => {}) {
  /** @type {Numbers} */
  const gradients = {[end.name]: [1]};
  for (const node of inOrder(end, bugs.includes("hurry"))) {
    node.parents.forEach((parent, edge) => {
      const {name, data} = parent.node;
      const sent = parent.rule(gradients[node.name] ?? [0]);
      const share = bugs.includes("unsummed") ? sent : sumTo(sent, data.length);
      const before = gradients[name];
      gradients[name] = before && !bugs.includes("equals") ? both(before, share, (a, b) => a + b) : share;
      tell(node, parent, edge, share, before);
    });
  }
  return gradients;
}

/** Return every step forward and back, each with what is known after it and what would be right. @param {Bug[]} bugs @returns {Step[]} */
export function steps(bugs) {
  const end = graph();
  const nodes = inOrder(end, false).reverse();
  const values = nodes.filter(({parents}) => !parents.length).map(({name}) => name);
  /** @type {Step[]} */
  const found = [];
  for (const {name, parents} of nodes) {
    if (!parents.length) continue;
    values.push(name);
    found.push({kind: "forward", node: name, values: [...values], gradients: {}, right: {}});
  }
  found.push({kind: "start", node: end.name, values, gradients: {[end.name]: [1]}, right: {[end.name]: [1]}});
  const final = walk(end, []);
  /** @type {Numbers} */
  const gradients = {[end.name]: [1]};
  /** @type {Numbers} */
  const right = {[end.name]: [1]};
  walk(end, bugs, (node, parent, edge, share, before) => {
    const {name, data} = parent.node;
    gradients[name] = before && !bugs.includes("equals") ? both(before, share, (a, b) => a + b) : share;
    const due = sumTo(parent.rule(/** @type {number[]} */ (final[node.name])), data.length);
    right[name] = both(right[name] ?? [0], due, (a, b) => a + b);
    found.push({kind: "back", node: node.name, parent: name, edge, share, before, values, gradients: {...gradients}, right: {...right}});
  });
  return found;
}

/** Return the place of the first step after which a number is wrong, or −1. @param {Step[]} all */
export const firstWrong = (all) => all.findIndex(({parent, gradients, right}) => parent !== undefined && String(gradients[parent]) !== String(right[parent]));

const words = (/** @type {number[] | undefined} */ values) => (values ?? []).map((value) => show(value)).join(", ");

/** How each value is computed, in words. @type {Record<string, string>} */
const FORMULAS = {x: "x, two rows", b: "b, one number", h: "h = x + b", s: "s = h · h", t: "t = h + s", L: "L = sum of t"};
/** @type {Record<string, string>} */
const REMEMBERS = {
  h: "It remembers x and b. The one number b was added to both rows.",
  s: "It remembers h, twice: each factor has a rule of its own.",
  t: "It remembers h and s. That is the third use of h.",
  L: "It remembers t. The loss is one number.",
};

/** What the rules of a node are, in words. @type {Record<string, string>} */
const RULES = {
  L: "A sum over rows: each row of t counts once.", t: "The rule of a sum: hand on what comes.",
  s: "The rule of a product: times the other factor, which is h.", h: "The rule of a sum: hand on what comes.",
};

/** Say what a step does: in bold, the rest, and whether it is a warning. @param {Step[]} all @param {number} at @param {Bug[]} bugs @returns {[string, string, boolean]} */
export function told(all, at, bugs) {
  const step = all[at];
  if (step.kind === "forward") return [`Forward: ${FORMULAS[step.node]}.`, REMEMBERS[step.node], false];
  if (step.kind === "start") return ["Back: begin with 1.", "That is the gradient of L with respect to L.", false];
  const {node, share, before, gradients, right} = step;
  const parent = /** @type {string} */ (step.parent);
  const overwrites = bugs.includes("equals") && before;
  const sum = before ? (overwrites ? ` That replaces ${words(before)}.` : ` With ${words(before)} from before it has ${words(gradients[parent])}.`) : "";
  const bold = `${node} hands ${words(share)} to ${parent}.`;
  const isSummed = parent === "b" && !bugs.includes("unsummed");
  const rule = isSummed ? `b was added to both rows, so both count: ${(gradients.h ?? []).map((one) => show(one)).join(" + ")}.` : RULES[node];
  const wrong = firstWrong(all);
  if (at === wrong) {
    const why = overwrites ? "What had arrived before is lost."
      : bugs.includes("unsummed") && /** @type {number[]} */ (share).length > /** @type {number[]} */ (right[parent]).length
        ? `${parent} is one number, and now its gradient has two.` : `${node} has sent its gradient on before s has sent its part.`;
    return [`${bold} The first wrong number!`, `${rule}${sum} ${why} It should have ${words(right[parent])} by now.`, true];
  }
  const last = at === all.length - 1 ? ` The walk is over: x has ${words(gradients.x)}, b has ${words(gradients.b)}${wrong < 0 ? "" : `; right are ${words(all[at].right.x)} and ${words(all[at].right.b)}`}.` : "";
  return [bold, `${rule}${sum}${last}`, false];
}

// Where the boxes and arrows stand, in units of the picture.
/** @type {Record<string, [number, number]>} */
const PLACES = {x: [98, 62], b: [254, 62], h: [176, 168], s: [314, 274], t: [176, 380], L: [176, 454]};
/** @type {[string, number, number, number, number, number, number, number][]} */
const ARROWS = [ // node, which parent, from, to, how far from the middle its words stand
  ["h", 0, 116, 90, 152, 140, -10, 4], ["h", 1, 236, 90, 200, 140, 10, 4], ["t", 0, 176, 196, 176, 352, -8, 0],
  ["s", 0, 200, 196, 276, 246, -12, 9], ["s", 1, 230, 196, 306, 246, 10, -5], ["t", 1, 286, 302, 216, 352, 12, 6], ["L", 0, 176, 408, 176, 426, 8, 0],
];

/** @param {HTMLElement} element @param {{state: Record<string, string>, share: (state: Record<string, string | number>) => void, signal: AbortSignal}} page */
export function mount(element, {state, share, signal}) {
  const names = /** @type {Bug[]} */ (Object.keys(BUGS));
  let bugs = names.filter((_, place) => (state.bugs ?? "").includes(String(place + 1)));
  let all = steps(bugs);
  let at = asked(state, "step", 1, {min: 1, max: all.length, whole: true}) - 1;

  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ content, /** @type {string} */ kind, more = {}) =>
    svg("text", {x, y, class: `widget-autograd-${kind}`, ...more}, ...content.split(/([A-Za-z]+)/).map((part) => (/^[xbhstL]$/.test(part) ? svg("tspan", {"font-style": "italic"}, part) : part)));
  const boxes = Object.entries(PLACES).map(([name, [x, y]]) => {
    const frame = svg("rect", {x: x - 62, y: y - 27, width: 124, height: 54, rx: 8});
    const value = text(x - 31, y + 17, "", "number", {"data-name": `value-${name}`});
    const gradient = text(x + 31, y + 17, "", "number", {"data-name": `gradient-${name}`});
    const group = svg("g", {class: "widget-autograd-node"}, frame, text(x, y - 7, FORMULAS[name], "name"),
      svg("g", {class: "widget-autograd-value"}, value), svg("g", {class: "widget-autograd-gradient"}, gradient));
    return {name, group, value, gradient};
  });
  const arrows = ARROWS.map(([node, edge, x1, y1, x2, y2, right, down]) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const head = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ sign) => {
      const [dx, dy] = [(sign * (x2 - x1)) / length, (sign * (y2 - y1)) / length];
      return `M${x} ${y}l${-8 * dx - 4 * dy} ${-8 * dy + 4 * dx}l${8 * dy} ${-8 * dx}z`;
    };
    const said = text((x1 + x2) / 2 + right, (y1 + y2) / 2 + down + 4, "", "share", {"text-anchor": right < 0 ? "end" : "start"});
    const group = svg("g", {class: "widget-autograd-arrow"}, svg("path", {d: `M${x1} ${y1}L${x2} ${y2}`}),
      svg("path", {class: "widget-head-forward", d: head(x2, y2, 1)}), svg("path", {class: "widget-head-back", d: head(x1, y1, -1)}), said);
    return {node, edge, group, said};
  });
  const picture = svg("svg", {viewBox: "0 0 400 484", tabindex: "0", role: "img", class: "widget-autograd-picture", "data-name": "graph"},
    text(196, 17, "↓ values", "legend widget-autograd-value", {"text-anchor": "end"}), text(212, 17, "↑ gradients", "legend widget-autograd-gradient", {"text-anchor": "start"}),
    ...arrows.map(({group}) => group), ...boxes.map(({group}) => group));

  const says = sentence(signal);
  const count = html("output", {"data-name": "step"});
  const slider = html("input", {type: "range", class: "widget-range", min: 1, max: all.length, step: 1, "aria-label": "step", "data-name": "step", input: () => go(Number(slider.value) - 1)});
  const toggles = names.map((name, place) => button("", () => toggle(name), {"aria-pressed": "false", "data-name": name, "aria-keyshortcuts": String(place + 1)}));
  toggles.forEach((each, place) => each.append(html("kbd", {}, String(place + 1)), html("span", {}, BUGS[names[place]])));
  const body = html("div", {class: "widget-body"});
  const paint = painter(body, display, signal);

  /** @param {number} wanted */
  function go(wanted) {
    at = Math.min(all.length - 1, Math.max(0, wanted));
    changed();
  }

  /** @param {Bug} name */
  function toggle(name) {
    bugs = names.filter((one) => bugs.includes(one) !== (one === name));
    all = steps(bugs);
    changed();
  }

  function changed() {
    share({step: at + 1, bugs: names.map((name, place) => (bugs.includes(name) ? place + 1 : "")).join("")});
    paint();
  }

  function display() {
    const step = all[at];
    const wrong = firstWrong(all);
    const isMarked = wrong >= 0 && at >= wrong;
    const end = graph();
    const data = Object.fromEntries(inOrder(end, false).map((node) => [node.name, node.data]));
    for (const {name, group, value, gradient} of boxes) {
      value.textContent = step.values.includes(name) ? words(data[name]) : "·";
      gradient.textContent = words(step.gradients[name]) || "·";
      const isWrong = isMarked && name === all[wrong].parent;
      group.classList.toggle("widget-autograd-wrong", isWrong);
      group.classList.toggle("widget-autograd-now", name === (step.parent ?? step.node));
    }
    for (const {node, edge, group, said} of arrows) {
      const past = all.slice(0, at + 1).find((one) => one.kind === "back" && one.node === node && one.edge === edge);
      said.textContent = past ? words(past.share) : "";
      group.classList.toggle("widget-autograd-back", past !== undefined);
      group.classList.toggle("widget-autograd-now", step.kind === "forward" ? step.node === node : past === step);
    }
    toggles.forEach((each, place) => set(each, {"aria-pressed": String(bugs.includes(names[place]))}));
    count.textContent = `${at + 1} of ${all.length}`;
    slider.value = String(at + 1);
    const sentences = told(all, at, bugs);
    slider.setAttribute("aria-valuetext", `${at + 1} of ${all.length}`);
    says.say(...sentences);
    set(picture, {"aria-label": `The graph at step ${at + 1} of ${all.length}. ${sentences[0]} ${sentences[1]} The arrow keys step; 1, 2 and 3 switch the mistakes.`});
  }

  body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isSlider = event.target === slider;
    const act = {ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(all.length - 1)}[event.key];
    if (act && !isSlider) act();
    else if (/^[123]$/.test(event.key)) toggle(names[Number(event.key) - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation(); // the arrows turn pages elsewhere
  });

  body.append(html("div", {class: "widget-autograd-stage"}, picture,
    html("div", {class: "widget-autograd-lens"},
      html("div", {class: "widget-autograd-buttons"}, button("Back", () => go(at - 1), {"data-name": "back"}), button("Next", () => go(at + 1), {"data-name": "next"}), count),
      html("span", {class: "widget-slider"}, slider),
      html("div", {class: "widget-autograd-bugs", role: "group", "aria-label": "Mistakes"}, html("span", {class: "widget-autograd-mistakes"}, "Mistakes"), ...toggles),
      says.element)));
  element.append(body);
  display();
}
