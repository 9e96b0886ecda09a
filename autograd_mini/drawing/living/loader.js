"use strict";
// Unpacks what stands above, deflated: the scripts of this page, their style and the graph's record.
// Each script comes out under the name of its file, without its comments.
(async () => {
  const [packed, trouble] = ["packed", "trouble"].map((name) => document.getElementById(name));
  try {
    const bytes = Uint8Array.from(atob(packed.textContent), (sign) => sign.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    for (const [name, text] of JSON.parse(await new Response(plain).text())) {
      const [, id, kind] = name.match(/^(.*)\.(\w+)$/);
      const made = document.createElement(kind === "css" ? "style" : "script");
      if (kind === "json") Object.assign(made, { type: "application/json", id });
      made.textContent = kind === "js" ? `${text}\n//# sourceURL=${name}` : text;
      document.body.append(made);
    }
  } catch {
    trouble.textContent = packed.dataset.old;
    trouble.hidden = false;
    const stage = document.getElementById("stage");
    stage.innerHTML = stage.querySelector("noscript").textContent;
  }
})();
