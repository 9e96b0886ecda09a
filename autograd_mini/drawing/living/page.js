"use strict";
// The page comes to life: everything is checked, linked and shown.
(() => {
  const { record, nodes } = graph;
  const { words } = record;
  const part = (name) => document.getElementById(name);
  const page = document.documentElement;

  const wrong = graph.check();
  if (wrong >= 0) {
    const use = record.rules[wrong];
    const operation = use < 0 ? words.sweepItself : record.operations[use][0];
    part("trouble").textContent = say(words.differs, { operation, node: record.plain[wrong] });
    part("trouble").hidden = false;
    page.classList.add("still");
  }

  /** Search: nodes by name, operation or scope. */
  const texts = nodes.map((node) =>
    [
      record.plain[node],
      ...record.labels[node],
      ...(record.rules[node] < 0 ? [] : record.operations[record.rules[node]].slice(0, 2)),
      ...cards
        .parents(record.homes[node])
        .map((scope) => record.scopes[scope].slice(1, 4).join(" ")),
    ]
      .join(" ")
      .toLowerCase(),
  );
  function search() {
    const wanted = part("find").value.trim().toLowerCase();
    const found = wanted ? new Set(nodes.filter((node) => texts[node].includes(wanted))) : null;
    table.keep(found);
    picture.keep(found);
    part("found").textContent = found ? say(words.found, { count: found.size }) : "";
    return found;
  }

  function copy(text, button) {
    const done = () => choosing.say(words.copied);
    const old = button.textContent;
    const mark = () => {
      button.textContent = words.copied;
      setTimeout(() => {
        button.textContent = old;
      }, 1500);
    };
    const area = make("textarea", { "aria-hidden": "true", tabindex: -1 });
    area.value = text; // the clipboard's own interface is not there in a file
    area.className = "unseen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
    mark();
    done();
  }

  const numbers = () => {
    picture.paint();
    nudge.paint();
    derivation.paint();
    ledger.paint();
    table.paint();
    stepping.paint();
    memory.keep();
  };
  let frame = 0;
  const atNextFrame = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(numbers);
  };
  const chosen = () => {
    derivation.explain();
    ledger.explain();
    picture.mark();
    nudge.paint();
    table.paint();
    memory.keep();
  };

  graph.listen(atNextFrame);
  choosing.listen(chosen);
  picture.listen(memory.keep);
  stepping.listen(() => {
    numbers();
    picture.mark();
  });

  part("find").addEventListener("input", () => {
    search();
    memory.keep();
  });
  part("find").addEventListener("keydown", (event) => {
    const [first] = search() ?? [];
    if (event.key !== "Enter" || first === undefined) return;
    choosing.choose(first);
    picture.reveal(first);
  });
  part("theme").addEventListener("change", ({ target }) => {
    memory.theme(target.value);
    memory.keep();
  });
  part("copy").addEventListener("click", ({ target }) => copy(derivation.latex(), target));
  part("link").addEventListener("click", ({ target }) =>
    copy(`${location.href.split("#")[0]}#mode=predict`, target),
  );
  for (const view of ["picture", "table"]) {
    part(`see-${view}`).addEventListener("click", () => {
      page.dataset.view = view;
      shown();
      picture.centre(choosing.node);
    });
  }
  function shown() {
    for (const view of ["picture", "table"]) {
      part(`see-${view}`).setAttribute("aria-pressed", page.dataset.view === view);
    }
  }

  page.dataset.view = matchMedia("(max-width: 640px)").matches ? "table" : "picture";
  page.dataset.first = page.dataset.theme;
  page.classList.add("alive");
  picture.arrange();
  chosen();
  if (record.predict) stepping.predict(true);
  memory.recall();
  shown();
  numbers();
  picture.centre(choosing.node);
  window.addEventListener("hashchange", memory.recall);
})();
