"use strict";

// What operations compute that JavaScript's Math lacks, as the package does it: NaN where that
// would raise, ±Infinity where a number is too large. What is seldom needed is in special.js.
const arithmetic = (() => {
  const SELU_SCALE = 1.0507009873554805;
  const SELU_LEFT = 1.7580993408473768; // its product with α, rounded once

  const isNegative = (x) => x < 0 || Object.is(x, -0);
  const copysign = (x, y) => (isNegative(y) ? -Math.abs(x) : Math.abs(x));
  const positive = (logarithm) => (x) => (x > 0 ? logarithm(x) : NaN);
  const whole = (rounding) => (x) => rounding(x) + 0; // an int of Python's has no -0

  // 1/x, x/y and x^y as the table has them: no division by 0, no root of a negative number.
  const divide = (x, y) => (y === 0 ? NaN : x / y);
  const reciprocal = (x) => divide(1, x);
  const square = (x) => x * x;

  function power(x, y) {
    if ((x < 0 && !Number.isInteger(y)) || (x === 0 && y < 0)) return NaN;
    return x === 1 ? 1 : Math.pow(x, y);
  }

  // For derivatives: n/0 is ±∞, and 0/0 is 0.
  const ratio = (x, y) => (x === 0 && y === 0 ? 0 : x / y);

  // x/√(x² + y²) of numbers of any size: 0 at the origin, ±√½ where both are infinite.
  function direction(x, y) {
    const size = Math.max(Math.abs(x), Math.abs(y));
    if (size === Infinity) {
      const isInfinite = (z) => copysign(Math.abs(z) === Infinity ? 1 : 0, z);
      return direction(isInfinite(x), isInfinite(y));
    }
    return x === 0 ? 0 : x / size / Math.hypot(x / size, y / size);
  }

  const relu = (x) => (x <= 0 ? 0 : x);
  const leakyRelu = (x, slope) => (x > 0 ? x : slope * x);
  const elu = (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x));
  const selu = (x) => (x > 0 ? SELU_SCALE * x : SELU_LEFT * Math.expm1(x));
  const step = (x) => (x > 0 ? 1 : x <= 0 ? 0 : NaN);
  const sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : x + 0);

  // The exponentials here are all of negative numbers, so that none overflows.
  function sech(x) {
    const small = Math.exp(-Math.abs(x));
    return (2 * small) / (1 + small * small);
  }

  function sigmoid(x) {
    const small = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : small) / (1 + small);
  }

  function silu(x) {
    const small = Math.exp(-Math.abs(x));
    if (x >= 0) return x / (1 + small);
    return small === 0 ? 0 : (x * small) / (1 + small);
  }

  const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const logsigmoid = (x) => -softplus(-x);

  // Of several that are equal, the first, as in Python: it may be -0.
  const first = (isBetter) => (...numbers) =>
    numbers.reduce((best, x) => (isBetter(x, best) || isNaN(x) ? x : best));
  const clamp = (x, low, high) => (low > high ? NaN : x < low ? low : high < x ? high : x);

  return {
    copysign, divide, reciprocal, square, power, ratio, direction,
    relu, leakyRelu, elu, selu, step, sign, sech, sigmoid, silu, softplus, logsigmoid, clamp,
    exp2: (x) => Math.pow(2, x),
    log: positive(Math.log),
    log2: positive(Math.log2),
    log10: positive(Math.log10),
    log1p: (x) => (x > -1 ? Math.log1p(x) : NaN),
    atanh: (x) => (Math.abs(x) < 1 ? Math.atanh(x) : NaN),
    maximum: first((x, best) => x > best),
    minimum: first((x, best) => x < best),
    floor: whole(Math.floor),
    ceil: whole(Math.ceil),
    trunc: whole(Math.trunc),
  };
})();
