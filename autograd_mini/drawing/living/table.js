"use strict";
// The table of all nodes: it stands in the page without any script; here its numbers follow.
const table = (() => {
  const { record, leaves, python } = graph;
  const rows = [...document.querySelectorAll("#nodes tbody tr")];
  const painters = [];

  rows.forEach((row, node) => {
    choosing.linked(row, [`n${node}`]);
    if (graph.kinds[node] === "c") return;
    const [name, , value, gradient] = row.cells;
    const button = make("button", { type: "button", class: "way" }, ...name.childNodes);
    button.addEventListener("click", () => choosing.choose(node));
    name.replaceChildren(button);
    let put = (text) => write(value, text);
    if (leaves.includes(node)) {
      const field = make("input", {
        inputmode: "decimal",
        autocomplete: "off",
        "aria-label": say(record.words.valueOf, { node: record.plain[node] }),
      });
      field.addEventListener("focus", () => choosing.choose(node));
      nudge.follow(field, () => choosing.choose(node), () => paint());
      value.replaceChildren(field);
      put = (text) => {
        if (!field.dataset.typing && field.value !== text) field.value = text;
      };
    }
    painters.push(() => {
      put(stepping.text("values", node));
      write(gradient, stepping.text("gradients", node));
      row.classList.toggle("moved", graph.now.values[node] !== python.values[node]);
      row.classList.toggle("chosen", node === choosing.node);
    });
  });

  const paint = () => painters.forEach((painter) => painter());
  const later = soon(paint);

  /** Leave only the rows that a search has found. */
  function keep(found) {
    rows.forEach((row, node) => {
      row.hidden = found !== null && !found.has(node);
    });
  }

  // Up and down walk through the rows.
  document.getElementById("nodes").addEventListener("keydown", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...document.querySelectorAll("#nodes tr:not([hidden]) button")];
    buttons[buttons.indexOf(event.target) + step]?.focus();
  });
  return { paint: rows.length > 100 ? later : paint, keep };
})();
