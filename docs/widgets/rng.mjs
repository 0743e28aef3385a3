// @ts-check
/**
 * NumPy's random numbers: `default_rng(seed).uniform(low, high)` gives what
 * `np.random.default_rng(seed).uniform(low, high)` gives, to the last bit, so that a figure can
 * start from np_nn's weights; `permuted` shuffles as NumPy does, and `normal` differs from NumPy's
 * by less than 1e-14. M. O'Neill's PCG XSL RR 128/64 (2014), seeded by NumPy's SeedSequence, and
 * the ziggurat of G. Marsaglia and W. W. Tsang (2000).
 */

const M32 = 0xffffffffn;
const M64 = (1n << 64n) - 1n;
const M128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** Return four 64-bit words that a seed is stretched to. @param {number} seed  0 <= seed < 2**32 */
function words(seed) {
  /** A hash whose constant moves on with every word. @param {bigint} start @param {bigint} by */
  const hasher = (start, by) => {
    let constant = start;
    return (/** @type {bigint} */ value) => {
      value ^= constant;
      constant = (constant * by) & M32;
      value = (value * constant) & M32;
      return value ^ (value >> 16n);
    };
  };
  const mix = (/** @type {bigint} */ x, /** @type {bigint} */ y) => {
    const result = (0xca01f9ddn * x - 0x4973f715n * y) & M32;
    return result ^ (result >> 16n);
  };
  const fill = hasher(0x43b0d7e5n, 0x931e8875n);
  const pool = [BigInt(seed), 0n, 0n, 0n].map(fill);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to], fill(pool[from]));
  }
  const draw = hasher(0x8b51f9ddn, 0x58f38dedn);
  const halves = Array.from({length: 8}, (_, index) => draw(pool[index % 4]));
  return [0, 2, 4, 6].map((index) => halves[index] | (halves[index + 1] << 32n));
}

/** @type {{x: number[], f: number[], accept: number[]} | undefined} */
let ziggurat;

const TAIL = 3.654152885361009; // where the lowest of 256 layers ends and the tail begins
const AREA = 0.004928673233974655; // of each layer, and of the lowest one with its tail

/** The layers: how far each reaches, the height of the curve there, and what needs no second look. */
function layers() {
  const height = (/** @type {number} */ x) => Math.exp(-0.5 * x * x);
  const x = new Array(256);
  x[0] = AREA / height(TAIL);
  x[255] = TAIL;
  for (let i = 254; i > 0; i--) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i + 1] + height(x[i + 1])));
  const f = [1, ...x.slice(1).map(height)];
  const accept = x.map((far, i) => (i === 1 ? 0 : i === 0 ? TAIL / far : x[i - 1] / far));
  return {x, f, accept};
}

/** @param {number} seed  a whole number from 0 to 2**32 - 1 */
export function default_rng(seed) {
  const [stateHigh, stateLow, streamHigh, streamLow] = words(seed);
  const increment = (((((streamHigh << 64n) | streamLow) << 1n) | 1n) & M128);
  let state = (increment + ((stateHigh << 64n) | stateLow)) & M128;
  const advance = () => {
    state = (state * MULTIPLIER + increment) & M128;
  };
  advance();
  const next64 = () => {
    advance();
    const folded = (state >> 64n) ^ (state & M64);
    const turn = state >> 122n;
    return ((folded >> turn) | (folded << ((64n - turn) & 63n))) & M64;
  };
  /** A number from 0 up to 1. */
  const random = () => Number(next64() >> 11n) / 2 ** 53;
  /** @param {number} low @param {number} high */
  const uniform = (low, high) => low + (high - low) * random();
  /** A number from the normal distribution around 0 with standard deviation 1. @returns {number} */
  const normal = () => {
    const {x, f, accept} = (ziggurat ??= layers());
    for (;;) {
      const bits = next64();
      const layer = Number(bits & 0xffn);
      const part = Number((bits >> 9n) & 0xfffffffffffffn) / 2 ** 52;
      const value = (bits >> 8n) & 1n ? -part * x[layer] : part * x[layer];
      if (part < accept[layer]) return value;
      if (layer > 0) {
        if ((f[layer - 1] - f[layer]) * random() + f[layer] < Math.exp(-0.5 * value * value)) return value;
        continue;
      }
      for (;;) {
        const beyond = -Math.log1p(-random()) / TAIL;
        const other = -Math.log1p(-random());
        if (2 * other > beyond * beyond) return (bits >> 17n) & 1n ? -(TAIL + beyond) : TAIL + beyond;
      }
    }
  };
  /** @type {bigint | null} */
  let half = null; // the upper half of a word whose lower half was used
  const next32 = () => {
    const word = half ?? next64();
    half = half === null ? word >> 32n : null;
    return word & M32;
  };
  /** A whole number from 0 to `highest`: bits are drawn until they do not exceed it. @param {number} highest  above 0 */
  const below = (highest) => {
    const mask = (1n << BigInt(highest.toString(2).length)) - 1n;
    let drawn = Number(next32() & mask);
    while (drawn > highest) drawn = Number(next32() & mask);
    return drawn;
  };
  /** A copy of a matrix in which all entries have changed places. @param {number[][]} matrix */
  const permuted = (matrix) => {
    const entries = matrix.flat();
    for (let i = entries.length - 1; i > 0; i--) {
      const j = below(i);
      [entries[i], entries[j]] = [entries[j], entries[i]];
    }
    return matrix.map((row, i) => entries.slice(i * row.length, (i + 1) * row.length));
  };
  return {uniform, normal, permuted};
}
