"use strict";

// Functions that few graphs need; a page has them where one of its operations does. They add to
// `arithmetic`. The formulas are those of Abramowitz and Stegun, by number.
Object.assign(arithmetic, (() => {
  const { copysign, power } = arithmetic;
  const ROOT_OF_PI = Math.sqrt(Math.PI);

  // Remainders. That of `modulo` has the sign of the divisor, as the quotient is rounded down.
  function quotientAndRest(x, y) {
    if (y === 0 || !Number.isFinite(x)) return [NaN, NaN];
    let rest = x % y;
    let quotient = (x - rest) / y;
    if (rest === 0) rest = copysign(0, y);
    else if (rest < 0 !== y < 0) {
      rest += y;
      quotient -= 1;
    }
    if (quotient === 0) return [copysign(0, x / y), rest];
    const below = Math.floor(quotient);
    return [quotient - below > 0.5 ? below + 1 : below, rest];
  }

  // What the nearest multiple of y leaves of x; of two that are as near, the even one.
  function remainder(x, y) {
    if (y === 0 || !Number.isFinite(x)) return NaN;
    const divisor = Math.abs(y);
    if (divisor === Infinity) return x;
    const below = Math.abs(x) % divisor;
    const above = divisor - below;
    let rest = below < above ? below : -above;
    if (below === above) rest = below - 2 * ((0.5 * (Math.abs(x) - below)) % divisor);
    return copysign(1, x) * rest;
  }

  // Half to even at a decimal digit, of all the digits that the binary number has.
  function round(x, digits) {
    if (!(Math.abs(digits) <= 400) || !Number.isInteger(digits)) return NaN;
    if (x === 0 || !Number.isFinite(x)) return x;
    const [mantissa, exponent] = Math.abs(x).toExponential(100).split("e");
    const count = Number(exponent) + digits + 1;
    if (count > 17) return x;
    if (count < 0) return copysign(0, x);
    const all = mantissa.replace(".", "");
    const kept = BigInt(all.slice(0, count)); // 17 digits may be more than a number holds
    const half = "5".padEnd(101 - count, "0");
    const rest = all.slice(count);
    const up = rest > half || (rest === half && kept % 2n === 1n);
    return copysign(Number(`${kept + (up ? 1n : 0n)}e${-digits}`), x);
  }

  // Sums of many terms keep the digits that rounding would lose (Neumaier).
  function sum(terms) {
    let total = 0;
    let lost = 0;
    for (const term of terms) {
      const next = total + term;
      lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
      total = next;
    }
    return Number.isFinite(total) ? total + lost : total;
  }

  // e^(-x²): the square's rounding would cost digits, so that x is taken in two halves.
  function gaussian(x) {
    const [high, low] = halves(x);
    return Math.exp(-high * high) * Math.exp(-low * (2 * high + low));
  }

  // Two numbers of 26 bits each whose sum is x (Veltkamp).
  function halves(x) {
    const shifted = x * 134217729;
    const high = shifted - (shifted - x);
    return [high, x - high];
  }

  // 7.1.6, whose terms are all of one sign.
  function erfSeries(x) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return (2 / ROOT_OF_PI) * gaussian(x) * total;
  }

  // 7.1.14, from its far end.
  function erfcFraction(x) {
    let below = x;
    for (let n = Math.ceil(200 / x); n > 0; n--) below = x + n / 2 / below;
    return gaussian(x) / ROOT_OF_PI / below;
  }

  function erf(x) {
    if (Math.abs(x) < 1) return erfSeries(x);
    return copysign(1 - erfc(Math.abs(x)), x);
  }

  function erfc(x) {
    if (x < 1) return 1 - erf(x);
    return x > 27.3 ? 0 : erfcFraction(x);
  }

  // x Φ(x), with what erfc makes of the rounding of x/√2.
  function gelu(x) {
    if (x === -Infinity) return 0;
    const z = -x * Math.SQRT1_2;
    let rounding = 0;
    if (-40 < x && x < 0) {
      const [[zHigh, zLow], [xHigh, xLow]] = [halves(z), halves(x)];
      const high = zHigh * zHigh - (xHigh * xHigh) / 2;
      rounding = high + (2 * zHigh * zLow - xHigh * xLow) + (zLow * zLow - (xLow * xLow) / 2);
    }
    return x * (erfc(z) / 2) * (1 + rounding);
  }

  const isOrder = (n) => Number.isInteger(n) && n >= 0 && n <= 50;
  const BERNOULLI = [
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
    -174611 / 330,
  ];

  // from·(from + 1)·…·to, rounded once.
  function product(from, to) {
    let exact = 1n;
    for (let n = from; n <= to; n++) exact *= BigInt(n);
    return Number(exact);
  }

  // Upwards by 6.4.6 to where 6.4.11 holds, below 0 by 6.4.7.
  function polygamma(n, x) {
    if (!isOrder(n) || x === -Infinity || (x <= 0 && Number.isInteger(x))) return NaN;
    const sign = n % 2 ? 1 : -1;
    if (x <= 0) return -Math.PI * cotangentDerivative(n, x) - sign * polygamma(n, 1 - x);
    if (x === Infinity) return n ? 0 : Infinity;
    const terms = [];
    const factorial = product(1, n);
    for (; x < 20 + n; x++) terms.push(factorial * power(x, -n - 1));
    // In two factors, of which none underflows before the product does.
    const half = Math.floor(n / 2);
    const leading = product(1, n - 1) * power(x, -half) * power(x, half - n);
    terms.push(n ? leading : -Math.log(x), (leading * Math.max(n, 1)) / x / 2);
    BERNOULLI.forEach((number, i) => {
      const k = 2 * (i + 1);
      const factor = n ? product(k + 1, k + n - 1) : 1 / k;
      terms.push(number * factor * power(x, -k - n));
    });
    return sign * sum(terms);
  }

  // The derivatives of cot(πx) are polynomials in it, since cot′ = -π(1 + cot²).
  function cotangentDerivative(order, x) {
    const angle = Math.PI * (x - round(x, 0));
    const cotangent = Math.cos(angle) / Math.sin(angle);
    let coefficients = [0, 1];
    for (let n = 0; n < order; n++) {
      const slope = coefficients.map((c, k) => k * c).slice(1);
      const next = new Array(slope.length + 2).fill(0);
      slope.forEach((c, k) => {
        next[k] -= Math.PI * c;
        next[k + 2] -= Math.PI * c;
      });
      coefficients = next;
    }
    return sum(coefficients.map((c, k) => (c ? c * power(cotangent, k) : 0)));
  }

  // The series of lnΓ(2 + t), which keeps its digits beside the root.
  let series = null;
  function lgammaSeries(t) {
    series = series ?? Array.from({ length: 40 }, (_, i) => polygamma(i, 2) / product(1, i + 1));
    return sum(series.map((coefficient, i) => coefficient * t ** (i + 1)));
  }

  // 6.1.17 below 0, 6.1.15 between, 6.1.40 for what is large.
  function lgamma(x) {
    if (x === -Infinity || (x <= 0 && Number.isInteger(x))) return NaN;
    if (x < -0.5) {
      const sine = Math.abs(Math.sin(Math.PI * (x - round(x, 0))));
      return Math.log(Math.PI / Math.abs(x) / sine) - lgamma(-x);
    }
    if (x < 0.5) return lgamma(1 + x) - Math.log(Math.abs(x));
    if (x < 1.25) return lgammaSeries(x - 1) - Math.log1p(x - 1);
    if (x <= 2.5) return lgammaSeries(x - 2);
    if (x < 10) {
      let factor = 1;
      for (; x > 2.5; x--) factor *= x - 1;
      return Math.log(factor) + lgamma(x);
    }
    if (x > 1e300) return x * (Math.log(x) - 1);
    const term = (number, k) => number / (k + 2) / (k + 1) / x ** (k + 1);
    const tail = BERNOULLI.map((number, i) => term(number, 2 * i));
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + sum(tail);
  }

  // The derivatives of sin(πx)/(πx): its series near 0, and elsewhere what follows from those
  // of x f(x) = sin(πx)/π: x f⁽ⁿ⁾ + n f⁽ⁿ⁻¹⁾ = πⁿ⁻¹ sin(πx + nπ/2).
  function sincDerivative(order, x) {
    if (!isOrder(order)) return NaN;
    if (Math.abs(x) === Infinity) return 0;
    const z = Math.PI * x;
    if (2 * Math.abs(z) < order + 1) return sincSeries(order, z);
    const turns = remainder(x, 2);
    const nearest = round(turns, 0);
    const angle = Math.PI * (turns - nearest);
    const flip = nearest % 2 ? -1 : 1;
    const [sine, cosine] = [flip * Math.sin(angle), flip * Math.cos(angle)];
    const waves = [sine, cosine, -sine, -cosine];
    let derivative = sine / z;
    for (let n = 1; n <= order; n++) {
      derivative = (Math.PI ** (n - 1) * waves[n % 4] - n * derivative) / x;
    }
    return derivative;
  }

  function sincSeries(order, z) {
    const terms = [];
    for (let k = Math.ceil(order / 2); ; k++) {
      const degree = 2 * k - order;
      terms.push(((k % 2 ? -1 : 1) * z ** degree) / ((2 * k + 1) * product(1, degree)));
      const isSmall = Math.abs(terms[terms.length - 1]) <= 1e-18 * Math.abs(sum(terms));
      if (isSmall && k >= 8) return Math.PI ** order * sum(terms);
    }
  }

  return {
    remainder, round, erf, erfc, gelu, lgamma, polygamma, sincDerivative,
    floorDivide: (x, y) => quotientAndRest(x, y)[0],
    modulo: (x, y) => quotientAndRest(x, y)[1],
    digamma: (x) => polygamma(0, x),
    sinc: (x) => sincDerivative(0, x),
  };
})());
