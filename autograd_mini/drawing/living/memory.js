"use strict";
// The state of the page in the fragment of its address: what comes from there is numbers and text.
const memory = (() => {
  const { leaves, nodes, record } = graph;
  const find = document.getElementById("find");
  const themes = ["auto", "light", "dark"];
  const page = document.documentElement;

  const whole = (text, below) =>
    /^\d{1,6}$/.test(text) && Number(text) < below ? Number(text) : null;

  /** Take up a state; what makes no sense is left out. */
  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    const changes = (state.get("set") ?? "")
      .split(",")
      .map((pair) => pair.split(":"))
      .map(([leaf, x]) => [whole(leaf, nodes.length), x ? Number(x) : NaN])
      .filter(([leaf, x]) => leaves.includes(leaf) && Number.isFinite(x));
    graph.reset();
    if (changes.length) graph.move(changes);
    const node = whole(state.get("node") ?? "", nodes.length);
    if (node !== null && graph.kinds[node] !== "c") choosing.choose(node);
    if (state.has("open")) {
      picture.opened.clear();
      for (const text of state.get("open").split(",")) {
        const scope = whole(text, record.scopes.length);
        if (scope !== null) picture.opened.add(scope);
      }
      picture.arrange();
    }
    theme(state.get("theme") ?? page.dataset.theme);
    if (state.get("mode") === "predict") stepping.predict(true);
    const step = whole(state.get("step") ?? "", stepping.last + 1);
    if (step !== null) stepping.to(step);
    find.value = state.get("find") ?? "";
    find.dispatchEvent(new Event("input"));
    if (["picture", "table"].includes(state.get("view"))) page.dataset.view = state.get("view");
  }

  /** Write the present state down, soon. */
  const keep = soon(() => {
    const state = new URLSearchParams();
    const moved = [...graph.moved].map(([leaf, x]) => `${leaf}:${x}`).join();
    const open = [...picture.opened].sort((a, b) => a - b).join();
    if (moved) state.set("set", moved);
    if (choosing.node !== choosing.first) state.set("node", choosing.node);
    if (open !== [...record.opened].sort((a, b) => a - b).join()) state.set("open", open);
    if (page.dataset.theme !== page.dataset.first) state.set("theme", page.dataset.theme);
    if (page.dataset.view !== page.dataset.viewed) state.set("view", page.dataset.view);
    if (stepping.predicting) state.set("mode", "predict");
    if (stepping.at !== stepping.last || stepping.predicting) state.set("step", stepping.at);
    if (find.value) state.set("find", find.value);
    const text = state.toString().replace(/%3A/g, ":").replace(/%2C/g, ",");
    try {
      history.replaceState(null, "", text ? `#${text}` : location.href.split("#")[0]);
    } catch {
      // In a notebook's frame there is no address to keep it in.
    }
  });

  function theme(name) {
    if (themes.includes(name)) page.dataset.theme = name;
    document.getElementById("theme").value = page.dataset.theme;
  }

  return { recall, keep, theme };
})();
