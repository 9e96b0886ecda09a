"use strict";
// LaTeX as the graph's formulas have it, set as MathML Core: `formula.math("\\frac{1}{x}")`.
const formula = (() => {
  const names = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau " +
    "upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega partial infty " +
    "cdot times le ge ne bmod dots cdots lfloor rfloor lceil rceil langle rangle to nabla sim wedge " +
    "backslash quad"
  ).split(" ");
  const signs = [..."αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ∂∞⋅×≤≥≠", "mod", ..."…⋯⌊⌋⌈⌉⟨⟩→∇~^\\ "];
  const symbols = new Map(names.map((name, place) => [name, signs[place]]));
  const accents = { hat: "^", tilde: "~", bar: "¯", dot: "˙" };

  function element(name, ...content) {
    const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
    made.append(...content);
    return made;
  }

  const row = (items) => (items.length === 1 ? items[0] : element("mrow", ...items));

  function reader(latex) {
    const marks = latex.match(/\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|./gsu) ?? [];
    let place = 0;
    const skip = () => {
      while (/^\s+$/.test(marks[place] ?? "")) place += 1;
    };
    const verbatim = () => {
      const end = marks.indexOf("}", place);
      const text = marks
        .slice(place + 1, end)
        .join("")
        .replace(/\\_/g, "_");
      place = end + 1;
      return text;
    };
    const argument = () => {
      skip();
      const mark = marks[place++];
      return mark === "{" ? row(group("}")) : piece(mark ?? "");
    };

    function command(name) {
      if (name === "frac") return element("mfrac", argument(), argument());
      if (name === "sqrt") {
        if (marks[place] !== "[") return element("msqrt", argument());
        place += 3;
        return element("mroot", argument(), element("mn", marks[place - 2]));
      }
      if (name === "text") return element("mtext", verbatim());
      if (name === "mathrm" || name === "operatorname") {
        const upright = element("mi", verbatim());
        upright.setAttribute("mathvariant", "normal");
        return upright;
      }
      if (name in accents) return element("mover", argument(), element("mo", accents[name]));
      if (name === "left" || name === "right") return piece(marks[place++]);
      if (!symbols.has(name)) return element("mi", name); // \ln, \tanh, …
      const sign = symbols.get(name);
      return element(/[\p{L}∞∂]/u.test(sign) && name !== "bmod" ? "mi" : "mo", sign);
    }

    function piece(mark) {
      if (mark === "{") return row(group("}"));
      if (/^\\[A-Za-z]/.test(mark)) return command(mark.slice(1));
      if (mark[0] === "\\") return element("mi", mark.slice(1));
      if (/^\d/.test(mark)) return element("mn", mark);
      if (/^\p{L}/u.test(mark)) return element("mi", mark);
      return element("mo", mark === "-" ? "−" : mark);
    }

    function group(end) {
      const items = [];
      for (skip(); place < marks.length && marks[place] !== end; skip()) {
        const mark = marks[place++];
        if (mark === "^" || mark === "_") {
          const script = argument();
          items.push(scripted(items.pop() ?? element("mrow"), mark, script));
        } else {
          items.push(piece(mark));
        }
      }
      place += 1;
      return items;
    }
    return group("");
  }

  /** Give an item an exponent or an index; one that has the other already gets both. */
  function scripted(base, mark, script) {
    const other = mark === "^" ? "msub" : "msup";
    if (base.localName !== other) return element(mark === "^" ? "msup" : "msub", base, script);
    const [core, first] = base.children;
    return element("msubsup", core, ...(mark === "^" ? [first, script] : [script, first]));
  }

  const math = (latex) => element("math", ...reader(latex));
  const latexNumber = (text) =>
    text
      .replace(/−/g, "-")
      .replace(
        /×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/,
        (_, power) =>
          ` \\times 10^{${[...power].map((c) => "-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)]).join("")}}`,
      );
  const { names: called, plain } = graph.record;
  const over = (above, below) => `\\frac{\\partial ${above}}{\\partial ${below}}`;

  return {
    math,
    latexNumber,
    /** ∂root/∂node, in LaTeX and as text. */
    gradient: (node) => over(called[graph.root], called[node]),
    gradientText: (node) => `∂${plain[graph.root]}/∂${plain[node]}`,
    /** ∂head/∂tail of an edge. */
    slope: ({ head, tail }) => over(called[head], called[tail]),
    slopeText: ({ head, tail }) => `∂${plain[head]}/∂${plain[tail]}`,
  };
})();
