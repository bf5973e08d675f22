/* The free layout: Cytoscape.js from the places that the columns have; of a large graph, a neighbourhood. */
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("kg-data").textContent);
  const { edges } = data;
  const nodes = data.nodes.map(({ kind, stamp, ...own }) => ({
    href: `${own.id}.html`, lines: own.label, w: 200, h: 44, ...own, ...data.kinds[kind], stamp: data.stamps[stamp] || "",
  }));
  const byId = new Map(nodes.map((node, n) => [node.id, n]));
  const panel = document.getElementById("panel");
  const tabs = [...document.querySelectorAll(".tab")];
  const near = nodes.map(() => []);
  edges.forEach(([a, b, type]) => {
    const [, words, isBack] = data.types[type];
    near[a].push([b, words, !isBack]); near[b].push([a, words, isBack]);
  });
  const hash = () => new URLSearchParams(location.hash.slice(1));
  const wanted = byId.get(hash().get("node") || "");
  const el = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };

  let shown = nodes.map((_, n) => n);
  if (data.large) {
    shown = wanted === undefined ? [] : [wanted, ...new Set(near[wanted].map(([m]) => m))].slice(0, 400);
    const rows = {};
    for (const n of shown) {
      const node = nodes[n];
      rows[node.column] = (rows[node.column] || 0) + 1;
      node.x = node.column * 260; node.y = rows[node.column] * 60;
    }
  }
  if (!shown.length) {
    panel.replaceChildren(el("p", "This graph is too large to be drawn at once. Choose an entity in the columns first, then come back."));
    return;
  }
  const set = new Set(shown);
  const shapes = { AgeRange: "hexagon", Phase: "tag", Technique: "rhomboid", Component: "round-rectangle", Intervention: "round-rectangle", Practice: "cut-rectangle", Finding: "rectangle", Recommendation: "barrel", Outcome: "octagon", Source: "cut-rectangle", Document: "rectangle" };
  const look = getComputedStyle(document.documentElement);
  const colour = (name) => look.getPropertyValue(name).trim();
  const cy = cytoscape({
    container: document.getElementById("free"),
    elements: [
      ...shown.map((n) => ({ data: { id: String(n), label: nodes[n].lines, w: nodes[n].w + (nodes[n].shape === "AgeRange" ? 24 : 0), h: nodes[n].h, fill: nodes[n].fill, ink: nodes[n].ink, shape: shapes[nodes[n].shape] || "rectangle", dash: nodes[n].stamp ? "dashed" : "solid" }, position: { x: nodes[n].x, y: nodes[n].y } })),
      ...edges.flatMap(([a, b], i) => (set.has(a) && set.has(b) ? [{ data: { id: `e${i}`, source: String(a), target: String(b) } }] : [])),
    ],
    style: [
      { selector: "node", style: { label: "data(label)", shape: "data(shape)", width: "data(w)", height: "data(h)", "background-color": "data(fill)", color: "data(ink)", "border-width": 1.5, "border-color": "#1a1a1a", "border-style": "data(dash)", "font-size": 11, "text-wrap": "wrap", "text-max-width": data.large ? 185 : 400, "text-valign": "center" } },
      { selector: "edge", style: { width: 1, "line-color": "#8a8a8a", "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": "#8a8a8a", "arrow-scale": 0.7 } },
      { selector: ".off", style: { opacity: 0.18 } },
      { selector: ".on", style: { "border-width": 4, "border-color": colour("--focus") } },
    ],
    layout: { name: "preset", fit: true, padding: 20 },
    minZoom: 0.05, maxZoom: 4,
  });

  const choose = (n) => {
    cy.elements().removeClass("on off");
    const found = hash();
    if (n === undefined) found.delete("node"); else found.set("node", nodes[n].id);
    history.replaceState(null, "", `#${found}`);
    for (const tab of tabs) tab.hash = found.toString();
    if (n === undefined || !set.has(n)) { panel.replaceChildren(el("p", `Showing ${shown.length} of ${nodes.length} entities. Choose one.`, "soft")); return; }
    const centre = cy.getElementById(String(n));
    cy.elements().not(centre.closedNeighborhood()).addClass("off");
    centre.addClass("on");
    const node = nodes[n];
    const link = el("a", "Open its page");
    link.href = node.href || "#";
    const list = el("ul");
    for (const [m, words, out] of near[n].slice(0, 60)) {
      const li = el("li", `${out ? "→" : "←"} ${words}: `), button = el("button", nodes[m].label);
      button.type = "button";
      button.addEventListener("click", () => choose(m));
      li.append(button);
      list.append(li);
    }
    panel.replaceChildren(el("h2", node.label), el("p", `${node.kind} · ${node.id}`, "small soft"), ...(node.stamp ? [el("p", node.stamp, "stamp")] : []), link, el("h3", near[n].length > 60 ? `Joined to ${near[n].length}, the first 60 are listed` : `Joined to ${near[n].length}`), list,
      el("p", `Showing ${shown.length} of ${nodes.length} entities.`, "small soft"));
  };
  const fit = () => {
    const box = cy.elements().boundingBox(), width = cy.width();
    const zoom = Math.max(0.45, Math.min(1.2, (width - 40) / box.w));
    cy.zoom(zoom);
    cy.pan({ x: Math.max(20, (width - box.w * zoom) / 2) - box.x1 * zoom, y: 20 - box.y1 * zoom });
  };
  fit();
  document.getElementById("fit").addEventListener("click", () => cy.fit(undefined, 20));
  document.getElementById("reset").addEventListener("click", fit);
  cy.on("tap", "node", (event) => choose(Number(event.target.id())));
  cy.on("tap", (event) => { if (event.target === cy) choose(undefined); });
  choose(wanted);
  if (wanted !== undefined && set.has(wanted)) cy.animate({ center: { eles: cy.getElementById(String(wanted)) }, zoom: 1, duration: 0 });
})();
