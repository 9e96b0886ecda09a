"use strict";
// The picture: what is to be seen with some scopes open, walked and moved by keys and pointer.
const picture = (() => {
  const { record, kinds, edges, nodes } = graph;
  const { draw, painters, parents, results, tooMany, large } = cards;
  const stage = document.getElementById("stage");
  const opened = new Set(record.opened);
  const canvas = draw("svg", {
    role: "graphics-document document",
    tabindex: 0,
    "aria-labelledby": "title",
    "aria-describedby": "hint",
    "aria-roledescription": record.words.graph,
  });
  let shown = { cards: {} };
  let sought = null;
  const listeners = [];
  stage.replaceChildren(canvas);

  /** Return the card in which a node is to be seen: its own, or that of a folded scope. */
  const cardOf = (node) => {
    const folded = parents(record.homes[node]).find(
      (scope) => !opened.has(scope) || tooMany(scope),
    );
    return folded === undefined ? String(node) : `s${folded}`;
  };

  /** Draw what is to be seen with these scopes open; the scope that was opened or closed stays. */
  function arrange(scope) {
    const before = moving.remember(canvas, shown);
    shown = boxes.arrange(record.boxes, opened);
    painters.length = 0;
    const frames = Object.entries(shown.frames).map(([name, box]) =>
      cards.frame(Number(name), box),
    );
    const plates = Object.entries(shown.cards).map(([name, box]) =>
      name[0] === "s" ? cards.scope(Number(name.slice(1)), box) : cards.node(Number(name), box),
    );
    const lines = shown.edges.map(cards.edge);
    canvas.replaceChildren(...frames, ...lines, ...plates);
    const pad = 8;
    canvas.classList.toggle("large", plates.length > 100); // its own layer, to be repainted faster
    const [wide, high] = [shown.width + 2 * pad, shown.height + 2 * pad];
    canvas.setAttribute("viewBox", `${-pad} ${-pad} ${wide} ${high}`);
    canvas.style.setProperty("--wide", `${1.3 * wide}px`);
    canvas.style.aspectRatio = `${wide} / ${high}`;
    if (scope !== undefined) {
      const after = moving.remember(canvas, shown);
      moving.hold(stage, before, after, scope);
      const moves = (elements, column) =>
        Object.entries(shown[column]).map(([name, place], i) => [
          elements[i],
          before[column][name],
          place,
        ]);
      const moved = [...moves(frames, "frames"), ...moves(plates, "cards")];
      moving.go(before, moving.remember(canvas, shown), moved, lines);
    }
    paint();
    mark();
    keep(sought);
  }

  /** Write the numbers, what is to be seen at once and all else when there is time. */
  function paint() {
    const scale = canvas.clientWidth / (shown.width + 16) || 1;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = stage;
    const near = (at, size, from, room) =>
      at * scale < from + room && (at + size) * scale > from - 60;
    const isSeen = ({ x, y, width, height }) =>
      near(x, width, scrollLeft, clientWidth) && near(y, height, scrollTop, clientHeight);
    for (const [place, painter] of painters) if (isSeen(place)) painter();
    later();
  }
  const later = soon(() => painters.forEach(([, painter]) => painter()));

  /** Mark the chosen node and its way to the root. */
  function mark() {
    const way = graph.way(choosing.node);
    const on = ({ tail, head, silent }) => !silent && way.has(tail) && way.has(head);
    const keys = new Set(edges.filter(on).map(({ name }) => `e${name}`));
    for (const each of canvas.querySelectorAll(".edge")) {
      each.classList.toggle(
        "way",
        each.dataset.keys.split(" ").some((key) => keys.has(key)),
      );
    }
    for (const card of canvas.querySelectorAll(".card")) {
      const { node, scope } = card.dataset;
      card.classList.toggle(
        "chosen",
        (scope === undefined ? node : `s${scope}`) === cardOf(choosing.node),
      );
      card.classList.toggle("current", node !== undefined && Number(node) === stepping.current());
    }
  }

  function toggle(scope) {
    if (tooMany(scope)) choosing.say(large(scope));
    else if (opened.has(scope)) opened.delete(scope);
    else opened.add(scope);
    arrange(scope);
    listeners.forEach((listener) => listener());
  }

  /** Open what hides a node. */
  function reveal(node) {
    const hidden = parents(record.homes[node]).filter((scope) => !opened.has(scope));
    hidden.forEach((scope) => opened.add(scope));
    if (hidden.length) arrange();
    centre(node);
  }

  /** Scroll the picture, not the page, until a node is well to be seen. */
  function centre(node) {
    const { x, y, width, height } = shown.cards[cardOf(node)];
    const scale = canvas.clientWidth / (shown.width + 16);
    const [across, down] = [(x + width / 2) * scale, (y + height / 2) * scale];
    const near = (at, from, room) => at > from + 0.1 * room && at < from + 0.9 * room;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = stage;
    if (!near(across, scrollLeft, clientWidth)) stage.scrollLeft = across - clientWidth / 2;
    if (!near(down, scrollTop, clientHeight)) stage.scrollTop = down - clientHeight / 2;
  }

  /** Go to the next or the last card in topological order, as the keyboard does. */
  function walk(step) {
    const order = nodes.filter((node) => kinds[node] !== "c").map(cardOf);
    const names = [...new Set(order.reverse())].reverse();
    const at = names.indexOf(cardOf(choosing.node)) + step;
    const name = names[Math.min(Math.max(at, 0), names.length - 1)];
    const scope = name[0] === "s" ? Number(name.slice(1)) : -1;
    choosing.choose(scope < 0 ? Number(name) : results(scope)[0]);
    centre(choosing.node);
    choosing.say(
      scope < 0
        ? spoken(choosing.node)
        : say(record.words.foldedScope, {
            name: record.scopes[scope].slice(1, 4).join(" ").trim(),
          }),
    );
  }

  /** Let only what a search has found stand out. */
  function keep(found) {
    sought = found;
    for (const card of canvas.querySelectorAll(".card")) {
      const here = card.dataset.keys.split(" ").some((key) => found?.has(Number(key.slice(1))));
      card.classList.toggle("dim", found !== null && !here);
    }
  }

  /** Say a node in one sentence, for those who listen. */
  const spoken = (node) =>
    say(record.words.spoken, {
      node: record.plain[node],
      value: stepping.text("values", node),
      gradient: stepping.text("gradients", node),
      hint: graph.leaves.includes(node) ? record.words.leafHint : "",
    });

  stage.addEventListener("scroll", () => later());

  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const nudges = { ArrowUp: 1, ArrowDown: -1 };
    const card = cardOf(choosing.node);
    const folded = card[0] === "s" ? Number(card.slice(1)) : -1;
    if (event.key in steps) walk(steps[event.key]);
    else if (event.key in nudges) {
      if (!graph.leaves.includes(choosing.node)) nudge.refuse(choosing.node);
      else nudge.by(nudges[event.key] * (event.shiftKey ? 10 : 1));
    } else if (event.key === "Enter" && folded >= 0) toggle(folded);
    else if (event.key === "Backspace" && folded < 0 && record.homes[choosing.node] >= 0) {
      toggle(record.homes[choosing.node]);
    } else return;
    event.preventDefault();
  });

  canvas.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".card, .fold");
    if (!card) return;
    const { node, scope } = card.dataset;
    if (scope !== undefined || node === undefined) return;
    choosing.choose(Number(node));
    nudge.drag(event, canvas, Number(node));
  });

  // A finger that pulls a leaf does not scroll: for parts of a picture `touch-action` is not heard.
  const still = (event) => canvas.classList.contains("pulled") && event.preventDefault();
  canvas.addEventListener("touchmove", still, { passive: false });

  canvas.addEventListener("click", (event) => {
    const scope = event.target.closest("[data-scope]")?.dataset.scope;
    if (scope !== undefined) toggle(Number(scope));
  });

  return {
    arrange,
    paint,
    mark,
    keep,
    toggle,
    reveal,
    centre,
    opened,
    spoken,
    listen: (listener) => listeners.push(listener),
  };
})();
