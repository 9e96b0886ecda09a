"use strict";
// Nudging: one leaf is moved by dragging, typing or arrow keys, and all numbers follow.
const nudge = (() => {
  const { record, leaves, python, root } = graph;
  const { words } = record;
  const part = (name) => document.getElementById(name);
  const [select, slide, typed, warning] = ["leaf", "slide", "typed", "warning"].map(part);
  const brackets = (text) => (text.startsWith("−") ? `(${text})` : text);

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
    check(graph.move([[choosing.leaf, tidy(x)]]));
  }

  /** Say which operation stopped a leaf, or from where on there is no gradient. */
  function check(stopped) {
    const fault = graph.fault();
    const [, symbol, , because] = record.operations[record.rules[stopped]] ?? [];
    if (stopped >= 0) warn(say(words.stopped, { symbol, node: record.plain[stopped], because }));
    else warn(fault >= 0 ? say(words.infinite, { node: record.plain[fault] }) : "");
  }

  /** Write a warning beside the field, and where numbers are compared. */
  function warn(text) {
    warning.textContent = text;
    compare();
  }

  const refuse = (node) => warn(say(words.onlyLeaves, { node: record.plain[node] }));

  const by = (steps) => to(now() + steps * stepOf(choosing.leaf));

  /** Follow a pointer that pulls at a card to the left or to the right; what is no leaf stays. A
      finger that begins downwards scrolls the page. */
  function drag(event, canvas, node) {
    const { clientX: start, clientY: high, pointerType } = event;
    const from = now();
    const scale = stepOf(choosing.leaf) / 4;
    let moved = false;
    const pull = ({ clientX, clientY }) => {
      const across = Math.abs(clientX - start);
      if (!moved && pointerType === "touch" && Math.abs(clientY - high) > across) return end();
      moved ||= across > 3;
      if (!moved) return;
      if (node !== choosing.leaf) refuse(node);
      else to(from + Math.round(clientX - start) * scale);
    };
    const end = () => {
      canvas.removeEventListener("pointermove", pull);
      canvas.classList.remove("pulled");
      if (moved) choosing.say(node === choosing.leaf ? sentence() : warning.textContent);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.toggle("pulled", node === choosing.leaf);
    canvas.addEventListener("pointermove", pull);
    for (const last of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(last, end, { once: true });
    }
  }

  /** What the gradients before the nudge foretold, and what came. */
  function comparison() {
    const { before, nudged, now: present } = graph;
    const changes = nudged
      .map((leaf) => [leaf, tidy(present.values[leaf] - before.values[leaf])])
      .filter(([, step]) => step !== 0);
    const foretold = changes.reduce((sum, [leaf, d]) => sum + before.gradients[leaf] * d, 0);
    let sum = graph.show(foretold);
    if (changes.length === 1) {
      const [[leaf, step]] = changes;
      sum = `${graph.show(before.gradients[leaf])} · ${brackets(graph.show(step))} = ${sum}`;
    }
    return { changes, foretold, sum, came: present.values[root] - before.values[root] };
  }

  function sentence() {
    const { changes, sum, came } = comparison();
    const facts = { root: record.plain[root], foretold: sum, came: graph.show(came) };
    const told = say(words.compared, facts);
    return changes.length > 1 ? `${told} ${say(words.summed, facts)}` : told;
  }

  /** Write the line that compares ΔJ with ∂J/∂w · Δw. */
  function compare() {
    const { changes: all, foretold, sum, came } = comparison();
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
    const hint = make("span", { class: "quiet" }, say(words.tryIt, { root: record.plain[root] }));
    const wrong = make("span", { class: "wrong" }, warning.textContent);
    part("brief").classList.toggle("live", changes.length > 0 || wrong.textContent !== "");
    part("brief").replaceChildren(
      ...(changes.length
        ? [
            `${brief.join(", ")}:  ${words.old} `,
            make("i", { class: "gradient" }, `${told} = ${sum}`),
            ",  ",
            make("b", { class: "value" }, `Δ${record.plain[root]} = ${graph.show(came)}`),
            "  ",
          ]
        : warning.textContent
          ? []
          : [hint]),
      wrong,
    );
    if (!changes.length) {
      place.replaceChildren(hint.cloneNode(true));
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
    if (!typed.dataset.typing) typed.value = written();
    part("reset").disabled = !graph.moved.size;
    compare();
    curve.draw(part("curve"), leaf, low, high);
  }

  /** Let a leaf follow the number that is typed into a field, and the arrow keys there. */
  function follow(field, choose, restore) {
    const typing = (on) => {
      delete field.dataset.typing;
      if (on) field.dataset.typing = on;
      field.setAttribute("aria-invalid", on && Number.isNaN(numberOf(field.value)));
    };
    field.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose();
      typing(false);
      by(step);
      restore();
      choosing.say(sentence());
    });
    field.addEventListener("input", () => {
      typing(true);
      choose();
      const x = numberOf(field.value);
      if (!Number.isNaN(x)) to(x);
    });
    field.addEventListener("change", () => {
      choose();
      const x = numberOf(field.value);
      typing(false);
      if (Number.isNaN(x)) warn(words.noNumber);
      else to(x);
      restore();
      choosing.say(Number.isNaN(x) ? words.noNumber : sentence());
    });
  }

  check(-1);
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
  const restore = () => {
    typed.value = written();
  };
  follow(typed, () => {}, restore);
  part("reset").addEventListener("click", () => {
    graph.reset();
    check(-1);
    choosing.say(words.wasReset);
  });

  return { paint, by, to, drag, follow, refuse, stepOf };
})();
