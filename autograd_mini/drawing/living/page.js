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

  /** Search: nodes by name, operation or scope; w₂, w_2 and w2 are the same. */
  const plainly = (text) => text.normalize("NFKC").toLowerCase().replace(/[_^{}\\]/g, "");
  let [hits, hit] = [[], -1];
  const texts = nodes.map((node) =>
    plainly([
      record.plain[node],
      ...record.labels[node],
      ...(record.rules[node] < 0 ? [] : record.operations[record.rules[node]].slice(0, 2)),
      ...cards
        .parents(record.homes[node])
        .map((scope) => record.scopes[scope].slice(1, 4).join(" ")),
    ]
      .join(" ")),
  );
  function search() {
    const wanted = plainly(part("find").value.trim());
    const isHit = (node) => graph.kinds[node] !== "c" && texts[node].includes(wanted);
    [hits, hit] = [wanted ? nodes.filter(isHit) : [], -1];
    const found = hits.length ? new Set(hits) : null;
    table.keep(found);
    picture.keep(found);
    part("found").textContent = wanted ? say(words.found, { count: hits.length }) : "";
  }

  function copy(text, button) {
    const done = () => choosing.say(words.copied);
    const old = button.textContent;
    const mark = () => {
      button.style.minWidth = `${button.offsetWidth}px`;
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
    if (event.key !== "Enter" || !hits.length) return;
    hit = (hit + 1) % hits.length;
    choosing.choose(hits[hit]);
    picture.reveal(hits[hit]);
    part("found").textContent = say(words.hit, { number: hit + 1, total: hits.length });
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
      memory.keep();
    });
  }
  function shown() {
    for (const view of ["picture", "table"]) {
      part(`see-${view}`).setAttribute("aria-pressed", page.dataset.view === view);
    }
  }

  page.dataset.view = matchMedia("(max-width: 640px)").matches ? "table" : "picture";
  page.dataset.first = page.dataset.theme;
  page.dataset.viewed = page.dataset.view;
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
