"use strict";
// Nudging: one leaf is moved by dragging, typing or arrow keys, and all numbers follow.
const nudge = (() => {
  const { record, leaves, python, root } = graph;
  const { words } = record;
  const part = (name) => document.getElementById(name);
  const [select, slide, typed, warning] = ["leaf", "slide", "typed", "warning"].map(part);

  /** The middle of the slider: Python's number, if it is finite. */
  const middle = (leaf) => (Number.isFinite(python.values[leaf]) ? python.values[leaf] : 0);

  /** Return a step that suits a number: 1, 2 or 5 times a power of ten, a twentieth of it. */
  function stepOf(leaf) {
    const aim = Math.max(Math.abs(middle(leaf)), 1) / 20;
    const power = 10 ** Math.floor(Math.log10(aim));
    return power * [1, 2, 5, 10].findLast((factor) => factor * power <= aim * 1.0001);
  }

  const tidy = (x) => Number(x.toPrecision(12));
  const written = () => String(Number(now().toPrecision(9)));
  const now = () => graph.now.values[choosing.leaf];

  /** Move the leaf, as far as every operation has a value there. */
  function to(x) {
    warn(graph.move([[choosing.leaf, tidy(x)]]));
  }

  /** Say which operation stopped a leaf, or from where on there is no gradient. */
  function warn(stopped) {
    const fault = graph.fault();
    const [, symbol, , because] = record.operations[record.rules[stopped]] ?? [];
    warning.textContent =
      stopped >= 0
        ? say(words.stopped, { symbol, node: record.plain[stopped], because })
        : fault >= 0
          ? say(words.infinite, { node: record.plain[fault] })
          : "";
  }

  const by = (steps) => to(now() + steps * stepOf(choosing.leaf));

  /** Follow a pointer that pulls at a card to the left or to the right. */
  function drag(event, canvas) {
    const [start, from] = [event.clientX, now()];
    const scale = stepOf(choosing.leaf) / 4;
    let moved = false;
    const pull = ({ clientX }) => {
      moved ||= Math.abs(clientX - start) > 3;
      if (moved) to(from + Math.round(clientX - start) * scale);
    };
    const end = () => {
      canvas.removeEventListener("pointermove", pull);
      canvas.classList.remove("pulled");
      if (moved) choosing.say(sentence());
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("pulled");
    canvas.addEventListener("pointermove", pull);
    for (const last of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(last, end, { once: true });
    }
  }

  /** What the gradients at the start foretold, and what came. */
  function comparison() {
    const changes = [...graph.moved].map(([leaf, x]) => [leaf, x - python.values[leaf]]);
    const foretold = changes.reduce((sum, [leaf, d]) => sum + python.gradients[leaf] * d, 0);
    return { changes, foretold, came: graph.now.values[root] - python.values[root] };
  }

  function sentence() {
    const { foretold, came } = comparison();
    const [told, real] = [foretold, came].map(graph.show);
    return say(words.compared, { root: record.plain[root], foretold: told, came: real });
  }

  /** Write the line that compares ΔJ with ∂J/∂w · Δw. */
  function compare() {
    const { changes: all, foretold, came } = comparison();
    const known = all.every(([leaf]) => stepping.sees(leaf, "gradients"));
    const changes = known ? all : []; // what is still to be predicted is not given away
    const place = part("compare");
    const brief = changes
      .slice(0, 3)
      .map(([leaf, step]) => `Δ${record.plain[leaf]} = ${graph.show(step)}`);
    if (changes.length > 3) brief.push("…");
    const [single] = changes;
    const told =
      changes.length === 1
        ? `${formula.gradientText(single[0])} · Δ${record.plain[single[0]]}`
        : `∇${record.plain[root]} · Δθ`;
    part("brief").replaceChildren(
      ...(changes.length
        ? [
            `${brief.join(", ")} :  `,
            make("i", { class: "gradient" }, `${told} = ${graph.show(foretold)}`),
            ",  ",
            make("b", { class: "value" }, `Δ${record.plain[root]} = ${graph.show(came)}`),
          ]
        : [make("span", { class: "quiet" }, say(words.tryIt, { root: record.plain[root] }))]),
    );
    if (!changes.length) {
      place.replaceChildren();
      return;
    }
    const one = changes.length === 1;
    const largest = Math.max(Math.abs(foretold), Math.abs(came)) || 1;
    const line = (name, latex, text, x, key) => {
      const bar = make("i", { class: `bar ${name}` });
      bar.style.setProperty("--share", Math.abs(x) / largest);
      bar.classList.toggle("minus", x < 0);
      return make(
        "tr",
        { "data-keys": key },
        make("th", { scope: "row" }, formula.math(latex), make("span", { class: "unseen" }, text)),
        make("td", {}, graph.show(x)),
        make("td", {}, bar),
      );
    };
    const [leaf, step] = changes[0];
    const called = record.names[leaf];
    const product = one
      ? `${formula.gradient(leaf)} \\cdot \\Delta ${called}`
      : `\\nabla ${record.names[root]} \\cdot \\Delta\\theta`;
    const [name, end] = [record.plain[leaf], record.plain[root]];
    const spoken = one ? `${formula.gradientText(leaf)} · Δ${name}` : `∇${end} · Δθ`;
    const rows = [
      ...(one ? [line("step", `\\Delta ${called}`, `Δ${name}`, step, `n${leaf}`)] : []),
      line("gradient", product, spoken, foretold, `n${leaf}`),
      line("value", `\\Delta ${record.names[root]}`, `Δ${end}`, came, `n${root}`),
    ];
    if (one) rows[0].lastChild.textContent = "";
    place.replaceChildren(
      make("table", {}, make("tbody", {}, ...rows)),
      make("p", {}, sentence(), " ", words.smaller),
    );
  }

  function paint() {
    const { leaf } = choosing;
    if (leaf === undefined) return;
    select.value = leaf;
    const step = stepOf(leaf);
    const [low, high] = [middle(leaf) - 40 * step, middle(leaf) + 40 * step];
    slide.min = Math.min(low, now());
    slide.max = Math.max(high, now());
    slide.step = "any";
    slide.value = now();
    slide.setAttribute("aria-valuetext", graph.show(now()));
    if (document.activeElement !== typed) typed.value = written();
    part("reset").disabled = !graph.moved.size;
    compare();
    curve.draw(part("curve"), leaf, low, high);
  }

  warn(-1);
  part("nudge-title").parentElement.hidden = !leaves.length;
  for (const leaf of leaves) select.append(make("option", { value: leaf }, record.plain[leaf]));
  select.addEventListener("change", () => choosing.choose(Number(select.value)));
  slide.addEventListener("input", () => to(Number(slide.value)));
  slide.addEventListener("change", () => choosing.say(sentence()));
  slide.addEventListener("keydown", (event) => {
    const step = {
      ArrowUp: 1,
      ArrowRight: 1,
      ArrowDown: -1,
      ArrowLeft: -1,
      PageUp: 10,
      PageDown: -10,
    };
    if (!(event.key in step)) return;
    event.preventDefault();
    by(step[event.key]);
    choosing.say(sentence());
  });
  typed.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    by(step);
    typed.value = written();
    choosing.say(sentence());
  });
  typed.addEventListener("change", () => {
    const x = Number(typed.value.trim().replace("−", "-").replace(",", "."));
    const good = typed.value.trim() !== "" && Number.isFinite(x);
    if (good) to(x);
    else warning.textContent = words.noNumber;
    typed.value = written();
    if (good) choosing.say(sentence());
  });
  part("reset").addEventListener("click", () => {
    graph.reset();
    warn(-1);
    choosing.say(words.wasReset);
  });

  return { paint, by, to, drag, stepOf };
})();
