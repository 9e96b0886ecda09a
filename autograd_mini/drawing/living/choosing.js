"use strict";
// What is chosen, and what lights up: `choosing` links all parts of the page by keys, "n3" of a
// node, "e5" of an edge. An element that stands for one carries the key in `data-keys`.
const choosing = (() => {
  const { leaves, kinds, root } = graph;
  const listeners = [];
  const find = (name) => document.getElementById(name);
  const self = {
    node: leaves.find((leaf) => kinds[leaf] === "p") ?? leaves[0] ?? root, // what is explained
    leaf: 0, // what is nudged
    choose(node) {
      self.node = node;
      if (leaves.includes(node)) self.leaf = node;
      listeners.forEach((listener) => listener());
    },
    listen: (listener) => listeners.push(listener),
    /** Light up everything that stands for one of the keys; nothing else. */
    light(keys) {
      for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
      if (!keys.length) return;
      const wanted = keys.map((key) => `[data-keys~="${key}"]`).join();
      for (const each of document.querySelectorAll(wanted)) each.classList.add("lit");
    },
    /** Let an element light up others, by pointer and by keyboard. */
    linked(element, keys) {
      element.dataset.keys = keys.join(" ");
      return element;
    },
    say: (text) => {
      find("said").textContent = text;
    },
  };
  self.first = self.node;
  self.leaf = leaves.includes(self.node) ? self.node : leaves[0];

  const keysAt = (target) => {
    const found = target.closest?.("[data-keys]");
    return found ? found.dataset.keys.split(" ") : [];
  };
  for (const event of ["pointerover", "focusin"]) {
    document.addEventListener(event, ({ target }) => self.light(keysAt(target)));
  }
  for (const event of ["pointerleave", "focusout"]) {
    document.documentElement.addEventListener(event, () => self.light([]));
  }
  return self;
})();

/** Make an element of HTML: text stays text, whatever it says. */
function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** Return a function that does something once, when it has not been asked for a while. */
function soon(work, wait = 120) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(work, wait);
  };
}

/** Read a number as people type it; NaN where it is none. */
function numberOf(text) {
  const plain = text.trim().replace(/[−–]/, "-").replace(",", ".");
  const x = plain ? Number(plain) : NaN;
  return Number.isFinite(x) ? x : NaN;
}

/** Write a text, if it is another one than before. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Fill a sentence of the page's language: "{a} of {b}". */
const say = (phrase, facts = {}) => phrase.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
