"use strict";
// The chain rule for the chosen node: the sweep from the root down to it, one line a node.
const derivation = (() => {
  const { record, outOf, root } = graph;
  const { words } = record;
  const MOST = 24;
  const panel = document.getElementById("lines");
  let painters = [];

  /** A part of a line that lights up what it stands for; `name` says it aloud. */
  function factor(key, content, name) {
    const made = make("button", { type: "button", class: "factor" }, content);
    if (name) made.setAttribute("aria-label", name);
    return choosing.linked(made, [key]);
  }
  const gradient = (node) =>
    factor(`n${node}`, formula.math(formula.gradient(node)), formula.gradientText(node));

  /** A number that follows; in brackets where a minus sign would stand behind a dot. */
  function live(column, key, bracketed) {
    const place = make("span", { class: "number" });
    painters.push(() => {
      const text = stepping.text(column, key);
      write(place, bracketed && text.startsWith("−") ? `(${text})` : text);
    });
    return place;
  }

  const between = (items, sign) => items.flatMap((item, k) => (k ? [sign, item] : [item]));

  /** Return the edges by which the root depends on a node. */
  const uses = (node, way) => outOf[node].filter(({ head }) => way.has(head));

  /** Write ∂J/∂v = Σ ∂J/∂u · ∂u/∂v, in symbols and in numbers. */
  function line(node, way) {
    const left = gradient(node);
    const result = factor(`n${node}`, make("b", { class: "gradient" }, live("gradients", node)));
    if (node === root) return make("li", {}, left, " = ", result);
    const terms = uses(node, way);
    const latex = ({ head, place }) => record.formulas[head][place + 1] || "?";
    const symbols = terms.map((use) =>
      make(
        "span",
        { class: "term" },
        gradient(use.head),
        " · ",
        factor(`e${use.name}`, formula.math(bracketed(latex(use))), formula.slopeText(use)),
      ),
    );
    const numbers = terms.map((use, k) =>
      make(
        "span",
        { class: "term" },
        factor(`n${use.head}`, live("gradients", use.head, k > 0)),
        " · ",
        factor(`e${use.name}`, live("slopes", use.name, true)),
      ),
    );
    return make(
      "li",
      {},
      left,
      " = ",
      ...between(symbols, " + "),
      make("br"),
      " = ",
      ...between(numbers, " + "),
      " = ",
      result,
    );
  }

  /** Put a sum in brackets, as a factor needs it. */
  function bracketed(latex) {
    let depth = 0;
    const loose = [...latex].some((sign, place) => {
      depth += "({[".includes(sign) - ")}]".includes(sign);
      return !depth && (sign === "+" || (sign === "-" && place >= 0));
    });
    return loose ? `\\left(${latex}\\right)` : latex;
  }

  /** Show the lines for the chosen node. */
  function explain() {
    painters = [];
    const { node } = choosing;
    const way = graph.way(node);
    const order = [...way].sort((a, b) => b - a);
    const heading = document.getElementById("explained");
    if (!way.has(root)) {
      heading.replaceChildren(formula.math(formula.gradient(node)), " = 0");
      panel.replaceChildren(make("li", {}, words.unreached));
      return;
    }
    const total = make("b", { class: "gradient" }, live("gradients", node));
    heading.replaceChildren(formula.math(formula.gradient(node)), " = ", total);
    const left = order.length > MOST ? order.splice(MOST - 1, order.length - MOST).length : 0;
    const lines = order.map((each) => line(each, way));
    if (left) lines.splice(-1, 0, make("li", { class: "quiet" }, say(words.more, { left })));
    panel.replaceChildren(...lines);
    paint();
  }

  const paint = () => painters.forEach((painter) => painter());

  /** The whole derivation, forward and backward, with the present numbers, as LaTeX. */
  function latex() {
    const number = (x) => formula.latexNumber(graph.show(x));
    const inBrackets = (x) => (number(x).startsWith("-") ? `(${number(x)})` : number(x));
    const { values, slopes, gradients } = graph.now;
    const named = graph.nodes.filter((node) => graph.kinds[node] !== "c");
    const forward = named.map((node) => {
      const sides = record.formulas[node].slice(0, 1);
      return `${record.names[node]} &= ${[...sides, number(values[node])].join(" = ")}`;
    });
    const backward = named.reverse().map((node) => {
      if (node === root) return `${formula.gradient(node)} &= 1`;
      const terms = outOf[node];
      if (!terms.length) return `${formula.gradient(node)} &= 0`;
      const symbols = terms.map(
        ({ head, place }) =>
          `${formula.gradient(head)} \\cdot ${bracketed(record.formulas[head][place + 1])}`,
      );
      const numbers = terms.map(
        ({ head, name }, k) =>
          `${(k ? inBrackets : number)(gradients[head])} \\cdot ${inBrackets(slopes[name])}`,
      );
      const sides = [symbols.join(" + "), numbers.join(" + "), number(gradients[node])];
      return `${formula.gradient(node)} &= ${sides.join(" = ")}`;
    });
    return `\\begin{align*}\n${[...forward, ...backward].join(" \\\\\n")}\n\\end{align*}\n`;
  }

  return { explain, paint, line, latex, factor };
})();
