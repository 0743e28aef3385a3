// @ts-check
/**
 * Brings the interactive figures of a page to life: the only script that such a page names.
 *
 * The build wraps a figure in `<div data-widget="slug">` if widgets/slug.mjs exports `mount`.
 * The module is loaded when the figure comes near the screen, and called as
 *
 *     mount(element, {state, share, signal})
 *
 *     state    what the address asks for, `#slug?x=1&y=2`, as an object of strings; {} if nothing
 *     share    a function: writes such an object of strings and numbers into the address
 *     signal   an AbortSignal: abort means that the element is gone, so that timers, observers
 *              and listeners elsewhere must end (addEventListener takes it as it is)
 *
 * An element whose figure is at work has the class `widget-live`; the static figure is still in
 * it, for print. If a module fails, the static figure stays as it was.
 */

const NEAR = "75%"; // of a screen's height above and below what is seen
const QUIET = 300; // milliseconds without a change before the address is written

/** @typedef {Record<string, string>} State */

/** @type {Promise<void> | undefined} */
let styles;

/** Ask once for the styles of living figures, where the build has put them into a file of their own. */
function dress() {
  const place = document.querySelector("script[data-styles]")?.getAttribute("data-styles");
  if (!place) return Promise.resolve();
  return styles ??= new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../${place}`, import.meta.url).href;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`${link.href} cannot be loaded`)));
    document.body.append(link); // the theme takes from the head what the next page does not name
  });
}

/** @type {Map<HTMLElement, AbortController>} */
const known = new Map();

const near = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    if (isIntersecting && target instanceof HTMLElement) bringToLife(target);
  }
}, {rootMargin: `${NEAR} 0%`});

/** Return what the address asks of a figure, or null if it names another or none. @param {string} slug */
function asked(slug) {
  const [name, query] = location.hash.slice(1).split("?");
  return name === slug && query !== undefined ? Object.fromEntries(new URLSearchParams(query)) : null;
}

/** @param {HTMLElement} element */
async function bringToLife(element) {
  near.unobserve(element);
  const slug = element.dataset.widget ?? "";
  const controller = known.get(element);
  if (!controller) return;
  const {signal} = controller;
  const page = location.pathname;
  let timer = 0;
  const share = (/** @type {Record<string, string | number>} */ state) => {
    clearTimeout(timer);
    const text = new URLSearchParams(Object.entries(state).map(([key, value]) => [key, String(value)]));
    timer = setTimeout(() => {
      if (location.pathname !== page) return; // the reader has gone on, the figure is still here
      // The entry stays what it is, also for the theme, which keeps the scroll position in it.
      history.replaceState(history.state, "", `#${slug}?${text}`);
    }, QUIET);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  try {
    const [{mount}] = await Promise.all([import(`./${slug}.mjs`), dress()]);
    if (signal.aborted) return;
    mount(element, {state: asked(slug) ?? {}, share, signal});
    element.classList.add("widget-live");
  } catch (error) {
    console.error(error);
    dismiss(element);
  }
}

/** Put an element back to its static figure. @param {HTMLElement} element */
function dismiss(element) {
  known.get(element)?.abort();
  known.delete(element);
  element.classList.remove("widget-live");
  element.querySelector(":scope > .widget-body")?.remove();
}

/** Take up the figures of the page that is there now, and let go of those that are not. */
function update() {
  for (const element of known.keys()) if (!element.isConnected) dismiss(element);
  for (const element of document.querySelectorAll("[data-widget]")) {
    if (!(element instanceof HTMLElement) || known.has(element)) continue;
    known.set(element, new AbortController());
    near.observe(element);
    if (!asked(element.dataset.widget ?? "")) continue;
    element.closest("details")?.setAttribute("open", ""); // a figure that answers a prediction is folded
    element.scrollIntoView({block: "center"});
  }
}

/** An address was opened that differs in what stands behind the #. */
function follow() {
  for (const element of [...known.keys()]) {
    if (asked(element.dataset.widget ?? "")) dismiss(element);
  }
  update();
}

addEventListener("hashchange", follow);
// The theme swaps the page without loading it, and says so in document$: at once, and after each
// swap. A link within the page moves location$, but then there is no hashchange.
const {document$, location$} = /** @type {any} */ (window);
location$?.subscribe(follow);
if (document$) document$.subscribe(update);
else update();
