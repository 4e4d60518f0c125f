/* What is said: the title, the state, the legend. */

function el(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
const amount = (n, layer) => `${numbers.format(n)} ${n < 2 ? layer.one : layer.many}`;
const counted = (n, one, many) => `${numbers.format(n)} ${n < 2 ? one : many ?? one + "s"}`;

/* a number on the screen, and what the paper has in its stead */
function words() {
  const { layer } = now;
  document.querySelector("h1").textContent = layer.finding;
  const when = state.month === 0 ? view.period : view.months[state.month - 1];
  $("quoi").textContent = `${layer.definition} ${when}.`;
  if (view.months.length) {
    $("mois-dit").textContent = state.month === 0 ? "toute la période" : view.months[state.month - 1];
    $("mois").setAttribute("aria-valuetext", $("mois-dit").textContent);
    $("mois").disabled = !layer.monthly;
  }
  $("isoles-dit").textContent = `+ ${numbers.format(now.unlinked.length)} sans lien`;
  const total = now.links.reduce((sum, link) => sum + link.weight, 0);
  const parts = [
    counted(now.visible.filter((i) => !nodes[i].site).length, "partenaire"),
    counted(now.links.length, "lien"),
    ...(layer.people && layer.directed ? [amount(total, layer)] : []), /* else one person stands on several links */
  ];
  let said = parts.join(", ");
  if (state.focus !== null) said = `Autour de ${nodes[state.focus].full} : ${said}. Échap : revenir à tout le réseau`;
  if (now.matches) said += ` ; ${counted(now.matches.size, "nom")} contenant « ${state.query.trim()} »`;
  $("etat").textContent = `${said}.`.replace(/ ([:;?!»])/g, "\u00a0$1").replace("« ", "«\u00a0");
}

const SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
function nice(n) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  const lead = [5, 2, 1].find((k) => k * power <= n) ?? 1;
  return lead * power;
}
/* of a scale, none that looks like a number too small to be told */
const marks = (wanted, lowest) => [...new Set(wanted.map((n) => Math.max(lowest, nice(n))))].sort((a, b) => a - b);
function legend() {
  const { layer } = now;
  const list = $("echelles");
  const most = nice(scale().node);
  const lowest = layer.people ? view.lowest : 1;
  const sizes = marks([most / 10, most / 3, most], lowest);
  const widest = nice(scale().edge);
  const lines = marks([widest / 10, widest], lowest);
  const pixel = 13 / LARGEST;
  const items = [el("li", {}, `Taille\u00a0: ${layer.directed ? layer.many : "somme de ses liens"}`)];
  for (const n of sizes) {
    const r = Math.max(2, sizeOf(n) * pixel);
    items.push(el("li", {}, svg("svg", { width: 2 * r + 2, height: 2 * r + 2, "aria-hidden": "true" },
      svg("circle", { cx: r + 1, cy: r + 1, r, fill: "#fff", stroke: "#17242e" })), numbers.format(n)));
  }
  items.push(el("li", {}, `Trait\u00a0: ${layer.many}${layer.directed ? ", flèche vers qui reçoit" : ""}`));
  for (const n of lines) {
    const w = Math.max(1, widthOf(n) * pixel * 2);
    const parts = [svg("line", { x1: 0, y1: 8, x2: 30, y2: 8, stroke: "#6d7d88", "stroke-width": w })];
    if (layer.directed) parts.push(svg("path", { d: "M28 2L38 8L28 14Z", fill: "#6d7d88" }));
    items.push(el("li", {}, svg("svg", { width: 40, height: 16, "aria-hidden": "true" }, ...parts), numbers.format(n)));
  }
  if (now.core.size) {
    items.push(el("li", {}, el("span", {}, el("strong", {}, "En gras"), "\u00a0: à eux seuls, la moitié du total")));
  }
  if (units.size) items.push(el("li", {}, svg("svg", { width: 32, height: 8, "aria-hidden": "true" },
    svg("line", { x1: 0, y1: 4, x2: 32, y2: 4, stroke: "#4a5a66", "stroke-width": 1.5, "stroke-dasharray": "5 4" })), "unité (+\u00a0: à déplier)"));
  list.replaceChildren(...items);
}
