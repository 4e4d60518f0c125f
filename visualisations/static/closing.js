"use strict";
/* Before and after the closing of a partner. Names are written as text only: markup in them is never read. */
(() => {
  const $ = (id) => document.getElementById(id);
  const view = JSON.parse($("donnees").textContent);
  const maps = ["avant", "apres"].map((id) => $(id)).filter(Boolean).map((map) => ({
    map,
    said: $(`${map.id}-dit`),
    paths: [...map.querySelectorAll(".shapes path")],
    numbers: [...map.querySelectorAll(".number")],
    changed: map.querySelector(".changed"),
  }));
  document.documentElement.dataset.ready = "";
  if (!maps.length) return;
  const SVG = "http://www.w3.org/2000/svg";
  const look = (n) => (n > 0 ? [`k${Math.min(n, 3)}`, String(n)] : [["k0", "0"], ["kr", "R"], ["kx", "–"]][-n]);

  function draw(place) {
    const change = view.changes[place];
    maps.forEach(({ map, said, paths, numbers, changed }, m) => {
      (m ? change.after : change.before).forEach((n, c) => {
        const [code, shown] = look(n);
        paths[c].setAttribute("class", code);
        numbers[c].textContent = shown;
      });
      said.textContent = change.said[m];
      map.setAttribute("aria-label", change.said[m]);
      changed.replaceChildren(...(m ? change.touched : []).map((c) => {
        const edge = document.createElementNS(SVG, "path");
        edge.setAttribute("d", paths[c].getAttribute("d"));
        return edge;
      }));
    });
    for (const row of document.querySelectorAll("#besoins tr[data-n]")) {
      if (Number(row.dataset.n) === place) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  $("besoins").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    draw(Number(button.dataset.n));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    $("cartes").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
  });
})();
