"use strict";
// Forward and backward step by step; with prediction, the next number is asked for first.
const stepping = (() => {
  const { record, kinds, nodes, root, outOf } = graph;
  const { words } = record;
  const part = (name) => document.getElementById(name);
  const reached = graph.python.gradients.map(
    (gradient, node) => kinds[node] !== "c" && (node === root || outOf[node].length > 0),
  );
  const events = [
    ...nodes
      .filter((node) => record.rules[node] >= 0 && kinds[node] !== "c")
      .map((node) => ({ node, column: "values" })),
    ...nodes
      .filter((node) => reached[node])
      .reverse()
      .map((node) => ({ node, column: "gradients" })),
  ];
  const when = { values: new Map(), gradients: new Map() };
  events.forEach(({ node, column }, place) => when[column].set(node, place + 1));
  const [slider, told, asked, guess, verdict] = ["at", "told", "asked", "guess", "verdict"].map(
    part,
  );
  const listeners = [];
  const score = { right: 0, all: 0 };
  let at = events.length;
  let tried = false; // a first guess was wrong
  let predicting = false;

  slider.max = events.length;

  /** Tell whether a number is already computed. */
  const sees = (node, column) => (when[column].get(node) ?? 0) <= at;

  /** Write a number of a node or, for its slope, an edge; "?" until its step. */
  function text(column, key) {
    const seen = column === "slopes" ? sees(graph.edges[key].head, "values") : sees(key, column);
    return seen ? graph.show(graph.now[column][key]) : "?";
  }

  /** Return the node that the present step computes, or that is asked for. */
  const current = () => events[predicting ? at : at % events.length - 1]?.node ?? -1;

  /** Write the formula of an operation with the present numbers in it. */
  function withNumbers(node) {
    const [, , template] = record.operations[record.rules[node]];
    return template.replace(/@(\d+);/g, (slot, place, start) => {
      const number = formula.latexNumber(graph.show(graph.now.values[graph.inputs[node][place]]));
      const alone =
        "({|".includes(template[start - 1] ?? "(") &&
        ")}|".includes(template[start + slot.length] ?? ")");
      return /^[-]|\\times/.test(number) && !alone && start > 0 ? `(${number})` : number;
    });
  }

  /** Return what a step computes, as content; its result may be left out. */
  function line({ node, column }, open) {
    const result = open ? "?" : graph.show(graph.now[column][node]);
    const outcome = make("b", { class: column === "values" ? "value" : "gradient" }, result);
    if (column === "values") {
      const name = choosing.linked(make("span", {}, formula.math(record.names[node])), [
        `n${node}`,
      ]);
      return [
        name,
        " = ",
        formula.math(record.formulas[node][0]),
        " = ",
        formula.math(withNumbers(node)),
        " = ",
        outcome,
      ];
    }
    const terms = outOf[node];
    const left = choosing.linked(make("span", {}, formula.math(formula.gradient(node))), [
      `n${node}`,
    ]);
    if (node === root) return [left, " = ", outcome];
    const latex = ({ head, place }) =>
      `${formula.gradient(head)} \\cdot ${formula.slope(graph.into[head][place])}`;
    const number = (x, k) =>
      k && graph.show(x).startsWith("−") ? `(${graph.show(x)})` : graph.show(x);
    const numbers = terms
      .map(
        ({ head, name }, k) =>
          `${number(graph.now.gradients[head], k)} · ${number(graph.now.slopes[name], 1)}`,
      )
      .join(" + ");
    return [left, " = ", formula.math(terms.map(latex).join(" + ")), ` = ${numbers} = `, outcome];
  }

  const title = (step) => words[step.column === "values" ? "forward" : "backward"];

  function paint() {
    slider.value = at;
    const spoken = at ? events[at - 1] : null;
    slider.setAttribute("aria-valuetext", say(words.step, { number: at, total: events.length }));
    part("count").textContent = say(words.step, { number: at, total: events.length });
    if (!at) told.replaceChildren(words.given);
    else if (at === events.length && !predicting) told.replaceChildren(words.complete);
    else told.replaceChildren(make("span", { class: "pass" }, title(spoken)), ...line(spoken));
    for (const [name, off] of [
      ["first", !at],
      ["back", !at],
      ["next", at === events.length],
      ["last", at === events.length],
    ])
      part(name).disabled = off;
    part("predict").setAttribute("aria-pressed", predicting);
    part("exercise").hidden = !predicting;
    if (!predicting) return;
    const next = events[at];
    part("guessing").hidden = !next;
    part("again").hidden = Boolean(next);
    part("score").textContent = score.all ? say(next ? words.score : words.done, score) : "";
    if (!next) return;
    const [name] = line(next, true);
    const question = tried ? line(next, true) : [name, " = ", make("b", {}, "?")];
    asked.replaceChildren(make("span", { class: "pass" }, title(next)), ...question);
  }

  /** Go to a step. */
  function to(step) {
    at = Math.min(Math.max(Math.round(step) || 0, 0), events.length);
    tried = false;
    paint();
    listeners.forEach((listener) => listener());
  }

  /** Go to a step and say it aloud. */
  function go(step) {
    verdict.textContent = "";
    to(step);
    const now = at ? events[at - 1] : null;
    if (now) picture.reveal(now.node);
    choosing.say(
      now
        ? `${say(words.step, { number: at, total: events.length })}, ${title(now)}: ${
            now.column === "values" ? record.plain[now.node] : formula.gradientText(now.node)
          } = ${graph.show(graph.now[now.column][now.node])}`
        : words.given,
    );
  }

  function predict(on) {
    predicting = on;
    score.right = 0;
    score.all = 0;
    verdict.textContent = "";
    to(on ? 0 : events.length);
    if (on) guess.focus({ preventScroll: true });
  }

  /** Compare a guess with the number and say so. A wrong one gets the term and another try; then
      the number is revealed. */
  function answer() {
    const x = numberOf(guess.value);
    verdict.className = "wrong";
    if (Number.isNaN(x)) {
      verdict.textContent = words.noNumber;
      return;
    }
    const { node, column } = events[at];
    const truth = graph.now[column][node];
    const tolerance = Number(part("tolerance").value);
    const right = Math.abs(x - truth) <= tolerance * Math.max(Math.abs(truth), 0.01);
    if (!right && !tried) {
      tried = true;
      paint();
      verdict.textContent = say(words.tryAgain, { guess: digits(x, 6) });
      choosing.say(verdict.textContent);
      guess.select();
      return;
    }
    score.all += 1;
    score.right += right;
    guess.value = "";
    go(at + 1);
    verdict.className = right ? "right" : "wrong";
    verdict.textContent = say(right ? words.right : words.wrong, {
      truth: graph.show(truth),
      guess: digits(x, 6),
    });
    choosing.say(verdict.textContent);
    guess.focus({ preventScroll: true });
  }

  part("again").addEventListener("click", () => predict(true));
  part("first").addEventListener("click", () => go(0));
  part("back").addEventListener("click", () => go(at - 1));
  part("next").addEventListener("click", () => go(at + 1));
  part("last").addEventListener("click", () => go(events.length));
  slider.addEventListener("input", () => go(Number(slider.value)));
  part("predict").addEventListener("click", () => predict(!predicting));
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("#steps, #stage") || event.target.matches("input, select")) return;
    const step = { PageDown: at + 1, PageUp: at - 1, Home: 0, End: events.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  });
  part("guessing").addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });

  return {
    sees,
    text,
    current,
    to,
    go,
    paint,
    predict,
    listen: (listener) => listeners.push(listener),
    get at() {
      return at;
    },
    get last() {
      return events.length;
    },
    get predicting() {
      return predicting;
    },
  };
})();
