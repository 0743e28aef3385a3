// @ts-check
/**
 * NumPy's random numbers: `default_rng(seed).uniform(low, high)` gives what
 * `np.random.default_rng(seed).uniform(low, high)` gives, to the last bit, so that a figure can
 * start from np_nn's weights. M. O'Neill's PCG XSL RR 128/64 (2014), seeded by NumPy's
 * SeedSequence.
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
  /** @param {number} low @param {number} high */
  const uniform = (low, high) => low + (high - low) * (Number(next64() >> 11n) / 2 ** 53);
  return {uniform};
}
