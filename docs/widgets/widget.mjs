// @ts-check
/**
 * What the interactive figures share: elements, controls, numbers as text, and drawing only what
 * is seen. Styles are classes of the sheet of its name; nothing here needs an inline style or script.
 */

/**
 * Return a new HTML element. An attribute that is a function is a listener for that event.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]  false and null are left out, true is empty
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children @returns {any} */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** @param {Element} element @param {Record<string, any>} attributes @param {(Node | string)[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Set attributes of an element. @param {Element} element @param {Record<string, string | number>} attributes */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** A power of ten as text: 10⁻⁵. @param {number} exponent  a whole number */
export const power = (exponent) => `10${String(exponent).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)])}`;

/**
 * Return a number as text with a true minus: `digits` decimals, or without them as few as it
 * needs. What is too large to be read so, or too small to be read with these, gets a power of
 * ten; with decimals given, what is small is rounded to 0.
 * @param {number} value @param {number} [digits]
 */
export function show(value, digits) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no number" : value > 0 ? "∞" : "−∞";
  let text = digits === undefined ? String(Number(value.toPrecision(12))) : value.toFixed(digits);
  const size = Math.abs(value);
  if (size >= 1e6 || (digits === undefined && size > 0 && size < 1e-6)) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    text = `${mantissa}·${power(Number(exponent))}`;
  }
  if (Number(text) === 0) text = text.replace("-", "");
  return text.replace("-", "−");
}

/**
 * Return what somebody typed as a number, or the sentence that says what is wanted instead.
 * @param {string} text @param {string} name  as in "η must be ..."
 * @param {{above?: number, min?: number, max?: number, whole?: boolean}} limits
 * @returns {number | string}
 */
export function read(text, name, {above, min, max, whole = false}) {
  const value = text.trim() === "" ? NaN : Number(text.trim().replace("−", "-").replace(",", "."));
  const fits = Number.isFinite(value) && (!whole || Number.isInteger(value))
    && !(above !== undefined && value <= above)
    && !(min !== undefined && value < min) && !(max !== undefined && value > max);
  if (fits) return value;
  const kind = whole ? "a whole number" : "a number";
  const from = above !== undefined ? ` above ${show(above)}` : min !== undefined ? ` from ${show(min)}` : "";
  const to = max === undefined ? "" : from.startsWith(" above") ? `, ${show(max)} at most` : min !== undefined ? ` to ${show(max)}` : `, ${show(max)} at most`;
  return `${name} must be ${kind}${from}${to}.`;
}

/**
 * Return a number that an address asks for, or the fallback if it asks for none that fits.
 * @param {Record<string, string>} state @param {string} key @param {number} fallback
 * @param {{above?: number, min?: number, max?: number, whole?: boolean}} limits
 */
export function asked(state, key, fallback, limits) {
  const value = read(state[key] ?? "", key, limits);
  return typeof value === "number" ? value : fallback;
}

let controls = 0; // so far, for ids

/**
 * A number to choose: a slider, and a field for what the slider cannot say exactly.
 *
 * `limits` are those of `read` for the field; the slider goes from `min` to `max`. What does not
 * fit goes to `refuse` as a sentence, and `change` is not called. `refuse("")` says it is right
 * again. Without `slider` there is the field alone.
 * @param {{label: string | Node, name: string, value: number, step: number, min?: number, max?: number,
 *   slider?: boolean, limits?: {above?: number, min?: number, max?: number, whole?: boolean},
 *   change: (value: number) => void, refuse: (sentence: string) => void}} options
 */
export function numberControl({label, name, value, step, min, max, slider = true, limits = {min, max}, change, refuse}) {
  const id = `widget-control-${(controls += 1)}`;
  const field = html("input", {
    type: "text", autocomplete: "off", spellcheck: "false", class: "widget-number",
    "aria-label": name, "data-name": name, id: slider ? false : id,
    inputmode: limits.above !== undefined && "decimal", // a phone's decimal keys have no minus
  });
  const range = html("input", {type: "range", class: "widget-range", id, "data-name": name});
  const tick = html("span", {class: "widget-mark", hidden: true});
  const write = (/** @type {number} */ number) => {
    value = number;
    range.value = String(number);
    range.setAttribute("aria-valuetext", show(number));
    field.value = show(number);
    field.removeAttribute("aria-invalid");
  };
  const take = (/** @type {number} */ number) => {
    refuse("");
    change(number);
  };
  range.addEventListener("input", () => {
    write(Number(range.value));
    take(value);
  });
  field.addEventListener("input", () => {
    const typed = read(field.value, name, limits);
    if (typeof typed === "string") {
      field.setAttribute("aria-invalid", "true");
      refuse(typed);
      return;
    }
    value = typed;
    range.value = String(typed);
    range.setAttribute("aria-valuetext", show(typed));
    field.removeAttribute("aria-invalid");
    take(typed);
  });
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const steps = {ArrowUp: 1, ArrowDown: -1}[event.key];
    if (!steps) return;
    event.preventDefault();
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const next = read((value + steps * step).toFixed(digits), name, limits);
    if (typeof next === "string") return refuse(next);
    write(next);
    take(next);
  });
  field.addEventListener("blur", () => { // a number that was refused gives way to the one in use
    if (!field.hasAttribute("aria-invalid")) return write(value);
    write(value);
    refuse("");
  });
  /** @param {{min?: number, max?: number, step?: number}} scale  of the slider */
  const rescale = (scale) => {
    set(range, /** @type {any} */ (scale));
    step = scale.step ?? step;
  };
  /** Mark a value on the slider, or none. @param {number | null} wanted @param {string} [words]  shown on hovering */
  const mark = (wanted, words = "") => {
    const part = wanted === null ? NaN : (wanted - Number(range.min)) / (Number(range.max) - Number(range.min));
    tick.hidden = !(part >= 0 && part <= 1);
    tick.title = words;
    tick.style.setProperty("--part", String(part));
  };
  /** @param {string} wanted  the name in sentences and for screen readers */
  const rename = (wanted) => {
    name = wanted;
    field.setAttribute("aria-label", name);
  };
  rescale({min: min ?? 0, max: max ?? 1, step});
  write(value);
  const element = html("div", {class: slider ? "widget-control" : "widget-control widget-control-field"},
    html("label", {class: "widget-label", for: id}, label),
    ...(slider ? [html("span", {class: "widget-slider"}, range, tick)] : []), field);
  return {element, range, field, write, rescale, rename, mark, limit: (/** @type {any} */ wanted) => (limits = wanted)};
}

/**
 * One of a few: radio buttons, drawn as a row of them.
 * @param {{legend: string, options: Record<string, string>, value: string, change: (value: string) => void}} options
 */
export function choice({legend, options, value, change}) {
  const group = `widget-control-${(controls += 1)}`;
  return html("fieldset", {class: "widget-choice"}, html("legend", {}, legend),
    ...Object.entries(options).map(([key, words]) => html("label", {},
      html("input", {type: "radio", name: group, value: key, checked: key === value, change: () => change(key)}),
      html("span", {}, words))));
}

/** A button. @param {string} words @param {() => void} press @param {Record<string, any>} [attributes] */
export function button(words, press, attributes = {}) {
  return html("button", {type: "button", class: "widget-button", click: press, ...attributes}, words);
}

/**
 * What a figure says: shown at once, and read to those who don't see it once it has settled.
 * `say` takes what is set in bold, the rest, and whether it is a warning.
 * @param {AbortSignal} signal
 */
export function sentence(signal) {
  const shown = html("p", {class: "widget-sentence"});
  const spoken = html("p", {class: "widget-spoken", role: "status"});
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  /** @param {string} bold @param {string} [rest] @param {boolean} [isWarning] */
  const say = (bold, rest = "", isWarning = false) => {
    const words = `${bold} ${rest}`.trim();
    if (shown.textContent === words) return;
    shown.replaceChildren(html("strong", {class: isWarning && "widget-warning"}, bold), ` ${rest}`);
    clearTimeout(timer);
    timer = setTimeout(() => (spoken.textContent = words), 700);
  };
  return {element: html("div", {class: "widget-says"}, shown, spoken), say};
}

/**
 * Return a function that asks for `draw` at the next frame: once, however often it is asked, and
 * only while the element is on the screen; what was asked for meanwhile is drawn on its return.
 * An animation asks again from within `draw`, and so rests while nobody sees it.
 * @param {Element} element @param {(now: number) => void} draw @param {AbortSignal} signal
 */
export function painter(element, draw, signal) {
  let seen = false;
  let wanted = false;
  let frame = 0;
  const paint = () => {
    wanted = true;
    if (!seen || frame || signal.aborted) return;
    frame = requestAnimationFrame((now) => {
      frame = 0;
      wanted = false;
      draw(now);
    });
  };
  const observer = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    if (seen && wanted) paint();
    if (!seen && frame) {
      cancelAnimationFrame(frame);
      frame = 0;
    }
  });
  observer.observe(element);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return paint;
}

/**
 * Call back when an element's size or the page's colour scheme changes, and once at the beginning.
 * @param {Element} element @param {() => void} callback @param {AbortSignal} signal
 */
export function onLook(element, callback, signal) {
  const sizes = new ResizeObserver(callback);
  sizes.observe(element);
  const schemes = new MutationObserver(callback);
  schemes.observe(document.body, {attributeFilter: ["data-md-color-scheme"]});
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    schemes.disconnect();
  });
}

/** Return the figures' colours as they are now, as [red, green, blue]. @param {Element} element @returns {Record<string, number[]>} */
export function colours(element) {
  const probe = html("span", {class: "widget-probe"});
  element.append(probe);
  const names = ["ink", "muted", "blue", "orange", "tint", "tint-blue", "tint-orange", "paper"];
  const found = names.map((name) => {
    probe.style.color = `var(--fig-${name})`;
    return [name, getComputedStyle(probe).color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [0, 0, 0]];
  });
  probe.remove();
  return Object.fromEntries(found);
}

/**
 * Let a pointer drag what an SVG shows. `take` gets where it was pressed, in the units of the
 * viewBox, and how near counts as touching; it returns a function for where the pointer is, which
 * is called at once and at every move, or null. A finger that drags does not scroll the page.
 * @param {SVGSVGElement} picture
 * `over` is told the same of a pointer that is not pressed.
 * @param {(x: number, y: number, reach: number) => ((x: number, y: number) => void) | null} take
 * @param {(x: number, y: number, reach: number) => void} [over]
 */
export function drags(picture, take, over) {
  /** @type {((x: number, y: number) => void) | null} */
  let move = null;
  const spot = (/** @type {PointerEvent | Touch} */ event) => {
    const box = picture.getBoundingClientRect();
    const {width, height} = picture.viewBox.baseVal;
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  };
  const reach = (/** @type {boolean} */ isFinger) => {
    const pixels = isFinger ? 24 : 12;
    return (pixels * picture.viewBox.baseVal.width) / picture.getBoundingClientRect().width;
  };
  picture.addEventListener("touchstart", (event) => {
    const [x, y] = spot(event.touches[0]);
    if (take(x, y, reach(true))) event.preventDefault();
  }, {passive: false});
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [x, y] = spot(event);
    move = take(x, y, reach(event.pointerType !== "mouse"));
    if (!move) return;
    picture.setPointerCapture(event.pointerId);
    move(x, y);
  });
  picture.addEventListener("pointermove", (event) => {
    const [x, y] = spot(event);
    if (move) move(x, y);
    else over?.(x, y, reach(event.pointerType !== "mouse"));
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => (move = null));
}

/** Whether the reader asked for less motion. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
