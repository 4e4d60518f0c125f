/* What the page was given, and what a person has chosen. */

const $ = (id) => document.getElementById(id);
const view = JSON.parse($("donnees").textContent);
const rows = ({ n, same, each }) =>
  Array.from({ length: n }, (_, i) => {
    const row = { ...same };
    for (const name in each) row[name] = each[name][i];
    return row;
  });
const nodes = rows(view.nodes);
const edges = rows(view.edges);
const LEAST = view.least; /* fewer people are drawn alike, and never printed */
const MANY = 1500;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const numbers = new Intl.NumberFormat("fr-FR");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const units = new Map();
const STRETCHED = 1.3; /* names are wide, and so are screens */
nodes.forEach((node, i) => {
  node.x *= STRETCHED;
  node.full = node.name ?? String(node.label);
  node.drawn = cut(String(node.label), 30);
  if (node.parent != null) {
    if (!units.has(node.parent)) units.set(node.parent, []);
    units.get(node.parent).push(i);
  }
});
/* a site is called by its commune, unless it shares it with another one */
const sites = nodes.filter((node) => node.site);
for (const site of sites) {
  const alone = site.commune && sites.every((other) => other === site || other.commune !== site.commune);
  site.drawn = cut(alone ? site.commune : site.full.split(" – ").at(-1), 30);
}
nodes.forEach((node, i) => {
  /* a folded node passes the filters of its units */
  node.inside = [i];
  for (const unit of units.get(i) ?? []) node.inside.push(...(units.get(unit) ?? []), unit);
  node.found = plain([node.full, node.label].join(" "));
});
const byLayer = view.layers.map(() => []);
const ofWholes = view.layers.map(() => new Map()); /* where units added up would count one person twice */
for (const edge of edges) {
  if (edge.folded) ofWholes[edge.layer].set(edge.from * nodes.length + edge.to, edge);
  else byLayer[edge.layer].push(edge);
}

const state = {
  layer: 0, off: new Set(), epci: "", month: 0, isolated: false,
  query: "", selected: null, focus: null, open: new Set(), hovered: null, links: false, rows: 0,
};
const PAGE = 60;
