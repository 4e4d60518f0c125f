"use strict";
/* The map of the territory and its tables. Names are written as text only (textContent): markup in them is never read. */
(() => {
  const $ = (id) => document.getElementById(id);
  const view = JSON.parse($("donnees").textContent);
  const map = $("carte");
  const paths = [...map.querySelectorAll(".shapes path")];
  const numbers = [...map.querySelectorAll("[data-l]")].map((g) => g.querySelector(".number"));
  const rows = [...document.querySelectorAll("#tableau tr[data-c]")];
  const matrix = [...document.querySelectorAll("#matrice tr[data-n]")].map((row) => ({ row, cells: [...row.cells].slice(1) }));
  const sums = [...document.querySelectorAll("#matrice .sum")].map((row) => ({ code: row.dataset.k, cells: [...row.cells].slice(1) }));
  const state = { need: view.start[0], person: view.start[1], epci: "", commune: null, weak: false };

  const offer = (need, person, commune) => {
    const cell = view.cells[need][person][commune];
    if (cell >= 0) {
      const partners = view.sets[cell];
      return { code: `k${Math.min(partners.length, 3)}`, shown: String(partners.length), partners };
    }
    const why = view.reasons[-1 - cell];
    if (cell === -1) return { code: "kx", shown: "–", partners: [], why };
    if (cell === view.reserved) return { code: "kr", shown: "R", partners: [], why };
    return { code: "k0", shown: "0", partners: [], why };
  };
  const told = ({ partners, why }) => {
    if (!partners.length) return why;
    const names = partners.map((p) => view.partners[p]);
    if (names.length <= view.names + 1) return names.join(", ");
    return `${names.slice(0, view.names).join(", ")} et ${names.length - view.names} autres`;
  };
  const inside = (c) => state.epci === "" || view.communes[c].epci === Number(state.epci);
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  function draw() {
    const counts = {};
    view.communes.forEach((commune, c) => {
      const found = offer(state.need, state.person, c);
      const here = inside(c);
      if (here) counts[found.code] = (counts[found.code] ?? 0) + 1;
      paths[c].setAttribute("class", found.code + (here ? "" : " away"));
      say(paths[c].firstChild, `${commune.name} : ${told(found)}`);
      say(numbers[c], found.shown);
      numbers[c].parentNode.setAttribute("class", here ? "" : "away");
      const row = rows[c];
      row.cells[1].className = `figure ${found.code}`;
      say(row.cells[1], found.shown);
      say(row.cells[2], told(found));
      row.toggleAttribute("aria-current", c === state.commune);
    });
    for (const body of document.querySelectorAll("#tableau tbody")) body.hidden = state.epci !== "" && body.dataset.e !== state.epci;
    const said = view.said[state.need][state.person][state.epci === "" ? 0 : Number(state.epci) + 1];
    say($("constat"), said);
    map.setAttribute("aria-label", said);
    for (const item of document.querySelectorAll(".legend li")) {
      const n = counts[item.dataset.k] ?? 0;
      say(item.querySelector("strong"), `${n} commune${n > 1 ? "s" : ""}`);
      item.hidden = n === 0 && (item.dataset.k === "kr" || item.dataset.k === "kx");
    }
    map.querySelector(".chosen").setAttribute("d", state.commune === null ? "M0 0" : paths[state.commune].getAttribute("d"));
    card();
    for (const { row } of matrix) row.toggleAttribute("aria-current", Number(row.dataset.n) === state.need);
  }

  function card() {
    const box = $("fiche");
    box.hidden = state.commune === null;
    if (box.hidden) return;
    const commune = view.communes[state.commune];
    const found = offer(state.need, state.person, state.commune);
    const title = document.createElement("h3");
    title.textContent = commune.name;
    const place = document.createElement("p");
    place.className = "hint";
    place.textContent = view.epcis[commune.epci];
    const line = document.createElement("p");
    const n = found.partners.length;
    line.textContent = `${view.needs[state.need]} (${view.people[state.person]}) : ${n ? `${n} partenaire${n > 1 ? "s" : ""}` : found.why}`;
    const list = document.createElement("ul");
    for (const p of found.partners) list.appendChild(document.createElement("li")).textContent = view.partners[p];
    box.replaceChildren(title, place, line, ...(n ? [list] : []));
  }

  function grid() {
    const counted = sums.map(() => view.communes.map(() => 0));
    for (const { row, cells } of matrix) {
      const need = Number(row.dataset.n);
      let weak = false;
      cells.forEach((cell, c) => {
        const found = offer(need, state.person, c);
        const first = cell.classList.contains("first") ? " first" : "";
        if (cell.className !== found.code + first) cell.className = found.code + first;
        say(cell, found.shown);
        if (inside(c)) weak ||= found.code === "k0" || found.code === "k1";
        sums.forEach(({ code }, s) => { if (code === found.code) counted[s][c] += 1; });
        cell.hidden = !inside(c);
      });
      row.hidden = state.weak && !weak;
    }
    sums.forEach(({ cells }, s) => cells.forEach((cell, c) => { say(cell, String(counted[s][c])); cell.hidden = !inside(c); }));
    const [groups, names] = $("matrice").tHead.rows;
    [...names.cells].slice(1).forEach((cell, c) => { cell.hidden = !inside(c); });
    [...groups.cells].slice(1).forEach((cell, e) => { cell.hidden = state.epci !== "" && e !== Number(state.epci); });
    for (const body of $("matrice").tBodies) body.hidden = [...body.rows].slice(1).every((row) => row.hidden);
    const what = state.weak ? "Les besoins les plus fragiles" : "Tous les besoins";
    say($("titre-matrice"), `${what}, commune par commune (${view.people[state.person]})`);
  }

  const choose = (commune) => { state.commune = state.commune === commune ? null : commune; draw(); };
  map.addEventListener("click", (event) => {
    const path = event.target.closest("[data-c]");
    if (path) choose(Number(path.dataset.c));
  });
  $("tableau").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(Number(button.dataset.c));
  });
  $("matrice").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    state.need = Number(button.dataset.n);
    $("besoin").value = String(state.need);
    draw();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    $("constat").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  });
  $("besoin").addEventListener("change", (event) => { state.need = Number(event.target.value); draw(); });
  $("epci").addEventListener("change", (event) => {
    state.epci = event.target.value;
    if (state.commune !== null && !inside(state.commune)) state.commune = null;
    draw();
    grid();
  });
  for (const radio of document.querySelectorAll("[name=age]")) {
    radio.addEventListener("change", () => { state.person = Number(radio.value); draw(); grid(); });
  }
  $("fragiles").addEventListener("change", (event) => { state.weak = event.target.checked; grid(); });
  $("filtres").addEventListener("reset", () => {
    Object.assign(state, { need: view.start[0], person: view.start[1], epci: "", commune: null });
    draw();
    grid();
  });
  $("filtres").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.commune !== null) choose(state.commune);
  });
  $("fragiles").checked = true;
  state.weak = true;
  draw();
  grid();
  document.documentElement.dataset.ready = "";
})();
