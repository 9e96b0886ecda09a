"use strict";

// Writes numbers as drawings do (drawing/text.py): rounded to significant digits, half to even;
// fewer where they say it exactly; with a power of ten below 0.001 and from 100,000 on.
const digits = (() => {
  const superscript = (power) => power.replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
  const withoutZeros = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  // Whether x lies in the middle between two numbers of so many decimals: tested without rounding.
  function isTie(x, decimals) {
    if (decimals >= 0) return (x * 2 ** (decimals + 1)) % 2 === 1;
    return x % Number(`1e${-decimals}`) === Number(`5e${-decimals - 1}`);
  }

  // JavaScript rounds a tie up: an odd digit is then one too many.
  const toEven = (text) => text.replace(/[13579]$/, (digit) => digit - 1);

  function magnitude(x, significant) {
    if (x === 0) return "0";
    let [text, power] = x.toExponential(significant - 1).split("e");
    const decimals = significant - 1 - power;
    if (power >= -3 && power < 5) {
      text = x.toFixed(Math.max(decimals, 0));
      if (isTie(x, Math.max(decimals, 0))) text = toEven(text);
      return Number(text) === x ? withoutZeros(text) : text;
    }
    if (isTie(x, decimals)) text = toEven(text);
    if (Number(`${text}e${power}`) === x) text = withoutZeros(text);
    return `${text}×10${superscript(String(Number(power)))}`;
  }

  return (x, significant = 3) => {
    if (x === null) return "–";
    if (Number.isNaN(x)) return "NaN";
    const size = Math.abs(x) === Infinity ? "∞" : magnitude(Math.abs(x), significant);
    return x < 0 ? `−${size}` : size;
  };
})();
