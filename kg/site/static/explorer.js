/* The explorer: one state, kept in the address; everything shown follows from it. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const data = JSON.parse(document.getElementById("kg-data").textContent);
  const { edges } = data;
  const nodes = data.nodes.map(({ kind, stamp, facets, ...own }) => ({
    note: "", find: [], href: `${own.id}.html`, ...own, ...data.kinds[kind], stamp: data.stamps[stamp] || "", facets: data.facets[facets],
  }));
  const byId = new Map(nodes.map((node, n) => [node.id, n]));
  const near = nodes.map(() => []);
  // Some relations are drawn against their direction, so that all lines lead to the right.
  edges.forEach(([from, to, type]) => {
    const [, words, isBack] = data.types[type];
    near[from].push({ node: to, words, out: !isBack });
    near[to].push({ node: from, words, out: isBack });
  });
  const statements = nodes.map((node, n) => n).filter((n) => nodes[n].facets);
  const at = (id) => document.getElementById(id);
  const graph = at("graph"), layer = at("nodes"), lines = at("edges"), panel = at("panel"), canvas = at("canvas");
  const filters = ["age", "outcome", "certainty", "status"];
  const el = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };
  const svg = (tag, attributes, text) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };

  // -- state in the address -------------------------------------------------------------------------
  let state = {};
  const read = () => {
    const found = new URLSearchParams(location.hash.slice(1));
    state = { node: found.get("node") || "", all: found.get("all") === "1" && !data.large, more: (found.get("more") || "").split(" ").filter((id) => byId.has(id)) };
    for (const key of filters) {
      const value = found.get(key) || "";
      const select = at(`f-${key}`);
      select.value = value;
      state[key] = select.value; // a value that is not an option is not a filter
      if (select.selectedIndex < 0) { select.value = ""; state[key] = ""; }
    }
    if (!byId.has(state.node)) state.node = "";
  };
  const write = () => {
    const found = new URLSearchParams();
    if (state.node) found.set("node", state.node);
    if (state.all) found.set("all", "1");
    if (state.more.length) found.set("more", state.more.join(" "));
    for (const key of filters) if (state[key]) found.set(key, state[key]);
    history.replaceState(null, "", `#${found}`);
    for (const tab of document.querySelectorAll(".tab")) tab.hash = found.toString();
  };

  // -- cards: drawn by Python, or here where a graph is too large ---------------------------------------
  const cards = nodes.map(() => null);
  if (!data.large) for (const g of layer.children) {
    const n = byId.get(g.dataset.id);
    const move = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(g.getAttribute("transform"));
    const box = g.querySelector(".o").getBBox();
    cards[n] = { g, x: Number(move[1]), y: Number(move[2]), w: box.width, h: box.height };
  }
  const left = {};
  let x = 28;
  for (const [column, [, width]] of Object.entries(data.columns)) { left[column] = x; x += width + 70; }
  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const draw = (n) => {
    const node = nodes[n], look = data.cards[node.shape], width = data.columns[look.column][1];
    const g = svg("g", { class: "n", "data-id": node.id });
    g.append(svg("title", {}, `${node.label}\n${node.id}`));
    g.append(svg("path", { class: "o", d: look.path, fill: look.fill, stroke: "#1a1a1a", ...(node.stamp ? { "stroke-dasharray": "5 3" } : {}) }));
    g.append(svg("text", { x: look.left, y: 17, "font-size": 11, fill: look.ink }, short(node.label, Math.floor((width - 24) / 6.4))));
    g.append(svg("text", { x: look.left, y: 31, "font-size": 9, fill: look.ink }, short(node.note || node.kind, Math.floor((width - 24) / 5.2))));
    return { g, x: left[look.column], y: 0, w: width, h: 40 };
  };
  const card = (n) => cards[n] || (cards[n] = draw(n));

  // -- what is shown ------------------------------------------------------------------------------------
  const passes = (n) => filters.every((key) => !state[key] || nodes[n].facets[key].includes(state[key]));
  const filtered = () => filters.some((key) => state[key]);
  const joined = (seeds, columns) => {
    const found = new Set(seeds);
    for (const n of seeds) for (const e of near[n]) if (!columns || columns.includes(nodes[e.node].column)) found.add(e.node);
    return found;
  };
  const MOST = 400;
  let matching = 0; // how many entities would be shown if there were room for them
  const chosen = () => (state.node ? byId.get(state.node) : -1);
  const shownSet = () => {
    let found = null;
    if (filtered()) {
      const kept = statements.filter(passes);
      const first = joined(kept);
      // Statements beside the kept ones do not come back through what they share.
      found = new Set([...first].filter((n) => !nodes[n].facets || passes(n)));
      for (const n of joined([...found].filter((n) => nodes[n].column === 2), [0, 1])) found.add(n);
    }
    const n = chosen();
    if (n >= 0 && !state.all) {
      const around = joined([n, ...state.more.map((id) => byId.get(id))]);
      if (nodes[n].column !== 3) {
        const said = [...around].filter((m) => nodes[m].facets && (!filtered() || passes(m)));
        for (const m of said.slice(0, 60)) for (const e of near[m]) around.add(e.node);
      }
      found = new Set([...around].filter((m) => m === n || !filtered() || !nodes[m].facets || passes(m)));
    }
    if (!found && !state.all) return new Set();
    matching = found ? found.size : nodes.length;
    return found && data.large ? new Set([...found].slice(0, MOST)) : found;
  };
  const plainCurve = (a, b) => {
    const [s, t] = a.px <= b.px ? [a, b] : [b, a];
    const y1 = s.py + s.h / 2, y2 = t.py + t.h / 2;
    if (Math.abs(s.px - t.px) < 60) { const o = Math.min(s.px, t.px) - 16; return `M${s.px} ${y1}C${o} ${y1} ${o} ${y2} ${t.px} ${y2}`; }
    const x1 = s.px + s.w, x2 = t.px, m = (x2 - x1) / 2;
    return `M${x1} ${y1}C${x1 + m} ${y1} ${x2 - m} ${y2} ${x2} ${y2}`;
  };
  // Many lines to one entity would fill an area: they share an upright line beside it, and leave that one by one.
  const CROWD = 6;
  const trunk = (hub, other) => {
    const way = other.px > hub.px ? 1 : -1, y1 = hub.py + hub.h / 2, y2 = other.py + other.h / 2;
    if (Math.abs(hub.px - other.px) < 60) return plainCurve(hub, other);
    const x1 = way > 0 ? hub.px + hub.w : hub.px, x2 = way > 0 ? other.px : other.px + other.w, x = x1 + way * 30;
    const down = y2 > y1 ? 1 : -1, r = Math.min(8, Math.abs(y2 - y1) / 2);
    return `M${x1} ${y1}H${x - way * r}Q${x} ${y1} ${x} ${y1 + down * r}V${y2 - down * r}Q${x} ${y2} ${x + way * r} ${y2}H${x2}`;
  };
  const original = data.large ? null : { lines: [...lines.children], height: graph.getAttribute("height") };
  let shown = null;
  const layout = () => {
    shown = shownSet();
    const groups = at("groups");
    if (groups) groups.setAttribute("visibility", shown ? "hidden" : "visible");
    if (!shown) { // everything, where Python put it
      cards.forEach((c) => { c.g.removeAttribute("display"); c.g.setAttribute("transform", `translate(${c.x} ${c.y})`); c.px = c.x; c.py = c.y; });
      lines.replaceChildren(...original.lines);
      size(Number(original.height));
      return;
    }
    if (data.large) layer.replaceChildren(...[...shown].map((n) => card(n).g));
    else cards.forEach((c, n) => (shown.has(n) ? c.g.removeAttribute("display") : c.g.setAttribute("display", "none")));
    const columns = {};
    for (const n of shown) (columns[nodes[n].column] ||= []).push(n);
    const start = 40, order = Object.keys(columns).map(Number).sort();
    for (const column of order) columns[column].sort((a, b) => card(a).y - card(b).y || a - b);
    const place = (list) => { let y = start; for (const n of list) { const c = card(n); c.px = c.x; c.py = y; y += c.h + 7; } return y; };
    let bottom = start;
    for (const column of order) bottom = Math.max(bottom, place(columns[column]));
    for (let sweep = 0; sweep < 4; sweep += 1) for (const column of sweep % 2 ? order.slice().reverse() : order) {
      const mean = new Map(columns[column].map((n) => {
        const ys = near[n].filter((e) => shown.has(e.node) && nodes[e.node].column !== column).map((e) => card(e.node).py);
        return [n, ys.length ? ys.reduce((a, b) => a + b, 0) / ys.length : card(n).py];
      }));
      columns[column].sort((a, b) => mean.get(a) - mean.get(b) || a - b);
      place(columns[column]);
    }
    for (const n of shown) { const c = card(n); c.g.setAttribute("transform", `translate(${c.px} ${c.py})`); }
    const hub = chosen(), isCrowded = hub >= 0 && near[hub].filter((e) => shown.has(e.node)).length > CROWD;
    const course = (a, b) => (isCrowded && (a === hub || b === hub) ? trunk(card(hub), card(a === hub ? b : a)) : plainCurve(card(a), card(b)));
    lines.replaceChildren(...edges.filter(([a, b]) => shown.has(a) && shown.has(b)).map(([a, b]) =>
      svg("path", { d: course(a, b), fill: "none", stroke: "#8a8a8a", "stroke-width": 1.2, "data-from": nodes[a].id, "data-to": nodes[b].id })));
    if (data.large) heads(order);
    size(bottom + 20);
  };
  const forCaregivers = () => document.documentElement.dataset.audience === "caregiver";
  const said = (words) => (forCaregivers() && data.plain[words]) || words;
  const heads = (order) => at("heads").replaceChildren(headBack, ...order.flatMap((column) => [
    svg("text", { class: "head", x: left[column], y: 20, "font-size": 14, "font-weight": 700, "data-words": data.columns[column][0] }, said(data.columns[column][0])),
    svg("path", { class: "headline", d: `M${left[column]} 28h${data.columns[column][1]}` }),
  ]));
  const nameHeads = () => {
    for (const head of at("heads").querySelectorAll(".head")) {
      head.dataset.words ||= head.textContent;
      head.textContent = said(head.dataset.words);
    }
  };
  // The names of the columns stay in sight while the graph scrolls below them.
  const headBack = svg("rect", { class: "headback", width: "100%", height: 34, fill: "#ffffff" });
  at("heads").prepend(headBack);
  graph.append(at("heads"));
  const stick = () => at("heads").setAttribute("transform", `translate(0 ${canvas.scrollTop / zoom})`);
  canvas.addEventListener("scroll", () => { stick(); mini(); }, { passive: true });

  // -- the small map: all that is drawn, and the part of it that is seen ---------------------------------
  const small = at("mini");
  const mini = () => {
    const [, , w, h] = graph.getAttribute("viewBox").split(" ").map(Number);
    const needed = shown && shown.size || state.all ? w * zoom > canvas.clientWidth + 4 || h * zoom > canvas.clientHeight + 4 : false;
    small.toggleAttribute("hidden", !needed);
    if (!needed) return;
    const scale = Math.min(150 / w, 110 / h);
    small.setAttribute("viewBox", `0 0 ${w} ${h}`);
    small.setAttribute("width", w * scale); small.setAttribute("height", h * scale);
    const drawn = nodes.flatMap((_, n) => (cards[n] && isShown(n) ? [svg("rect", { x: cards[n].px, y: cards[n].py, width: cards[n].w, height: cards[n].h, class: n === chosen() ? "me" : "" })] : []));
    small.replaceChildren(...drawn, svg("rect", { class: "seen", x: canvas.scrollLeft / zoom, y: canvas.scrollTop / zoom, width: canvas.clientWidth / zoom, height: canvas.clientHeight / zoom }));
  };
  small.addEventListener("click", (event) => {
    const box = small.getBoundingClientRect(), [, , w, h] = graph.getAttribute("viewBox").split(" ").map(Number);
    canvas.scrollTo((event.clientX - box.left) / box.width * w * zoom - canvas.clientWidth / 2, (event.clientY - box.top) / box.height * h * zoom - canvas.clientHeight / 2);
  });
  addEventListener("resize", () => mini());
  // No word is smaller than 11 px: what does not fit scrolls, and the small map says where one is.
  const least = Math.max(0.3, ...[11 / Math.min(11, ...[...graph.querySelectorAll("text")].map((t) => Number(t.getAttribute("font-size")) || 11)), data.large ? 11 / 9 : 0]);
  let zoom = least;
  const size = (height) => {
    const width = data.large ? x : Number(graph.getAttribute("viewBox").split(" ")[2]);
    graph.setAttribute("viewBox", `0 0 ${width} ${height}`);
    graph.setAttribute("width", width * zoom);
    graph.setAttribute("height", height * zoom);
    stick(); mini();
  };
  const isShown = (n) => (shown ? shown.has(n) : !data.large);

  // -- counts -----------------------------------------------------------------------------------------
  const count = () => {
    const kept = statements.filter((n) => isShown(n) && (!filtered() || passes(n)));
    const entities = nodes.filter((_, n) => isShown(n)).length;
    const nothing = !entities;
    at("start").hidden = !nothing || filtered();
    at("none").hidden = !filtered() || kept.length > 0;
    document.querySelector(".bench").hidden = nothing || !at("none").hidden;
    const [what, all] = forCaregivers() ? ["results, claims and pieces of advice", "entries"] : ["findings, claims and recommendations", "entities"];
    let text = `${kept.length} of ${statements.length} ${what} · ${entities} of ${nodes.length} ${all}`;
    if (shown && shown.size < matching) text += ` · the first ${shown.size} of ${matching} that match are drawn`;
    if (state.age) {
      const undetermined = statements.filter((n) => nodes[n].facets.undetermined.includes(state.age)).length;
      text += ` · age of ${undetermined} more cannot be determined`;
    }
    at("count").textContent = text;
    at("count").dataset.statements = kept.length;
    at("all").disabled = state.all || data.large;
    for (const id of ["fit", "zoom-out", "zoom-in", "save-svg", "save-png"]) at(id).disabled = nothing;
    at("clear").disabled = !state.node && !filtered() && !state.all;
    for (const key of filters) { // each option says what it would leave beside the other filters
      const others = statements.filter((n) => filters.every((other) => other === key || !state[other] || nodes[n].facets[other].includes(state[other])));
      for (const option of at(`f-${key}`).options) if (option.value) {
        option.dataset.words ||= option.textContent;
        option.textContent = `${forCaregivers() && option.dataset.plain || option.dataset.words} (${others.filter((n) => nodes[n].facets[key].includes(option.value)).length})`;
      }
    }
  };

  // -- choosing ---------------------------------------------------------------------------------------
  const light = () => {
    const n = chosen();
    graph.classList.toggle("chosen", n >= 0);
    const on = n < 0 ? new Set() : joined([n]);
    nodes.forEach((_, m) => {
      if (!cards[m]) return;
      cards[m].g.classList.toggle("on", on.has(m));
      cards[m].g.setAttribute("aria-pressed", String(m === n));
    });
    for (const path of lines.children) path.classList.toggle("on", path.dataset.from === state.node || path.dataset.to === state.node);
  };
  const row = (list, name, value, plain = value) => {
    const texts = [].concat(forCaregivers() ? plain : value), words = forCaregivers() && name in data.plain ? data.plain[name] : name;
    if (!texts.length || !texts[0] || !words) return;
    list.append(el("dt", words));
    const dd = el("dd");
    texts.forEach((text) => dd.append(el("div", text)));
    list.append(dd);
  };
  const copy = (text, button) => {
    const done = () => { button.textContent = "Copied"; };
    const instead = () => {
      const area = el("textarea");
      area.value = text; area.readOnly = true; area.setAttribute("aria-label", "Text to copy");
      button.after(area); area.select();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, instead); else instead();
  };
  const neighbours = (n) => {
    const box = el("div");
    const kinds = new Map();
    for (const e of near[n]) {
      const name = `${e.out ? "→" : "←"} ${said(e.words)}`;
      (kinds.get(name) || kinds.set(name, []).get(name)).push(e.node);
    }
    for (const [name, list] of [...kinds].sort()) {
      const once = [...new Set(list)];
      const most = once.slice(0, 40);
      box.append(el("h3", `${name} (${most.length === once.length ? once.length : `${most.length} of ${once.length}`})`));
      const ul = el("ul");
      for (const m of most) {
        const li = el("li"), button = el("button", nodes[m].label);
        button.type = "button";
        button.addEventListener("click", () => choose(m, true));
        li.append(button, el("small", ` ${nodes[m].note || said(nodes[m].kind)}`, "soft"));
        ul.append(li);
      }
      box.append(ul);
    }
    return box;
  };
  const fill = () => {
    const n = chosen();
    document.querySelector(".bench").classList.toggle("open", n >= 0);
    if (n < 0) { panel.replaceChildren(el("p", "Choose an entity in the graph, or search for one.", "soft")); return; }
    const node = nodes[n];
    const head = el("h2", node.label);
    head.tabIndex = -1;
    const parts = [head, el("p", `${said(node.kind)} · ${node.id}`, "small soft")];
    if (node.stamp) parts.push(el("p", node.stamp, "stamp"));
    if (node.words && Object.keys(node.words).length) {
      const audience = document.documentElement.dataset.audience;
      parts.push(el("p", node.words[audience] || node.words.clinician));
      if (!node.words[audience]) parts.push(el("p", `No ${audience} wording yet.`, "small soft"));
    }
    const list = el("dl");
    for (const said of node.rows || []) row(list, ...said);
    parts.push(list);
    if (node.href) {
      const link = el("a", "Open its page");
      link.href = node.href;
      parts.push(el("p"));
      parts[parts.length - 1].append(link);
    }
    const acts = el("div", "", "acts");
    const button = (words, act) => { const b = el("button", words); b.type = "button"; b.addEventListener("click", () => act(b)); acts.append(b); };
    if (!state.all && !state.more.includes(node.id)) button("Expand: keep its neighbours", () => { state.more.push(node.id); update(); reveal(n, false); });
    button("Copy link", (b) => copy(location.href, b));
    parts.push(acts, neighbours(n));
    panel.replaceChildren(...parts);
    panel.scrollTop = 0;
  };
  const rove = (n) => {
    for (const g of layer.querySelectorAll('[tabindex="0"]')) g.setAttribute("tabindex", "-1");
    card(n).g.setAttribute("tabindex", "0");
  };
  // The chosen card stays in sight; beside it the widest columns that can be seen whole.
  const beside = (c) => {
    const room = canvas.clientWidth, middle = (c.px + c.w / 2) * zoom - room / 2, spans = new Map();
    cards.forEach((card, n) => { if (card && isShown(n)) spans.set(nodes[n].column, [card.x * zoom, (card.x + Math.max(card.w, data.columns[nodes[n].column][1])) * zoom]); });
    const whole = (left) => [...spans.values()].reduce((sum, [from, to]) => (from >= left && to <= left + room ? sum + to - from : sum), 0);
    const places = [middle, ...[...spans.values()].map(([from]) => from - 8)].filter((left) => c.px * zoom >= left && (c.px + c.w) * zoom <= left + room);
    return places.sort((a, b) => whole(b) - whole(a) || Math.abs(a - middle) - Math.abs(b - middle))[0] ?? middle;
  };
  const reveal = (n, focus) => {
    const c = card(n);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    canvas.scrollTo({ left: beside(c), top: (c.py + c.h / 2) * zoom - canvas.clientHeight / 2, behavior: still || !focus ? "instant" : "smooth" });
    rove(n);
    if (focus) c.g.focus({ preventScroll: true });
  };
  const update = () => { layout(); dress(); count(); light(); fill(); write(); };
  const choose = (n, focus) => {
    state.node = n < 0 ? "" : nodes[n].id;
    if (n < 0) { state.more = []; state.all = false; }
    else if (!isShown(n) && !data.large) for (const key of filters) { state[key] = ""; at(`f-${key}`).value = ""; }
    update();
    if (n >= 0) reveal(n, focus);
  };

  // -- the graph by keyboard and pointer ----------------------------------------------------------------
  graph.setAttribute("role", "group");
  const dress = () => {
    let first = null;
    for (const g of layer.children) {
      if (!g.hasAttribute("role")) {
        g.setAttribute("role", "button");
        const node = nodes[byId.get(g.dataset.id)];
        g.setAttribute("aria-label", `${node.kind}: ${node.label}${node.note ? `, ${node.note}` : ""}${node.stamp ? `, ${node.stamp}` : ""}`);
      }
      if (!g.hasAttribute("tabindex")) g.setAttribute("tabindex", "-1");
      if (!first && !g.hasAttribute("display")) first = g;
    }
    const current = layer.querySelector('[tabindex="0"]');
    if ((!current || current.hasAttribute("display")) && first) { if (current) current.setAttribute("tabindex", "-1"); first.setAttribute("tabindex", "0"); }
  };
  layer.addEventListener("click", (event) => {
    const g = event.target.closest(".n");
    if (g) choose(byId.get(g.dataset.id), true);
  });
  const closest = (n, list) => list.sort((a, b) => Math.abs(card(a).py - card(n).py) - Math.abs(card(b).py - card(n).py))[0];
  const step = (n, key) => {
    const column = nodes[n].column;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const beyond = near[n].map((e) => e.node).filter((m) => isShown(m) && (key === "ArrowLeft" ? nodes[m].column < column : nodes[m].column > column));
      const distance = Math.min(...beyond.map((m) => Math.abs(nodes[m].column - column)));
      return closest(n, beyond.filter((m) => Math.abs(nodes[m].column - column) === distance));
    }
    const list = nodes.map((_, m) => m).filter((m) => isShown(m) && nodes[m].column === column).sort((a, b) => card(a).py - card(b).py);
    return list[list.indexOf(n) + (key === "ArrowUp" ? -1 : 1)];
  };
  layer.addEventListener("keydown", (event) => {
    const g = event.target.closest(".n");
    if (!g) return;
    const n = byId.get(g.dataset.id);
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const to = step(n, event.key);
      if (to !== undefined) reveal(to, true);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(n, false);
      panel.querySelector("h2").focus({ preventScroll: true });
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); at("search").focus(); }
    if (event.key === "Escape" && !typing) {
      const n = chosen();
      if (n >= 0 && panel.contains(document.activeElement)) { reveal(n, true); return; }
      choose(-1);
      if (n >= 0 && isShown(n)) reveal(n, true);
    }
  });

  // -- search -----------------------------------------------------------------------------------------
  const search = at("search"), results = at("results");
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const texts = nodes.map((node) => fold([node.label, node.id, ...node.find].join("\n")));
  let matches = [], active = -1;
  const close = () => { results.hidden = true; search.setAttribute("aria-expanded", "false"); search.removeAttribute("aria-activedescendant"); active = -1; };
  const mark = (n) => {
    active = n;
    [...results.querySelectorAll("[role=option]")].forEach((li, m) => li.setAttribute("aria-selected", String(m === n)));
    if (n >= 0) { search.setAttribute("aria-activedescendant", `r-${n}`); at(`r-${n}`).scrollIntoView({ block: "nearest" }); }
  };
  const look = () => {
    const words = fold(search.value.trim()).split(/\s+/).filter(Boolean);
    if (!words.length) { close(); return; }
    const found = nodes.map((_, n) => n).filter((n) => words.every((word) => texts[n].includes(word)));
    // An abbreviation or a name that is exactly what was typed stands first, then labels that begin with it.
    const whole = words.join(" "), exact = (n) => [nodes[n].label, nodes[n].id.split("/").pop(), ...nodes[n].find].some((t) => fold(t) === whole);
    const rank = (n) => (exact(n) ? -4 : 0) + (fold(nodes[n].label).startsWith(words[0]) ? 0 : 2) + (nodes[n].column === 2 ? 0 : 1);
    found.sort((a, b) => rank(a) - rank(b) || a - b);
    matches = found.slice(0, 12);
    results.replaceChildren(...matches.map((n, m) => {
      const li = el("li", nodes[n].label);
      li.id = `r-${m}`; li.setAttribute("role", "option"); li.setAttribute("aria-selected", "false");
      li.append(el("small", ` ${nodes[n].kind}`));
      li.addEventListener("mousedown", (event) => { event.preventDefault(); pick(m); });
      return li;
    }));
    const count = el("li", found.length ? `${matches.length} of ${found.length} matches` : "no match", "soft small");
    count.setAttribute("role", "presentation");
    results.append(count);
    results.hidden = false;
    search.setAttribute("aria-expanded", "true");
    mark(matches.length ? 0 : -1);
  };
  const pick = (m) => { const n = matches[m]; close(); search.value = ""; if (n !== undefined) choose(n, true); };
  search.addEventListener("input", look);
  search.addEventListener("blur", close);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && matches.length) { event.preventDefault(); mark((active + 1) % matches.length); }
    else if (event.key === "ArrowUp" && matches.length) { event.preventDefault(); mark((active - 1 + matches.length) % matches.length); }
    else if (event.key === "Enter" && active >= 0) { event.preventDefault(); pick(active); }
    else if (event.key === "Escape") { search.value = ""; close(); }
  });

  // -- filters and buttons ------------------------------------------------------------------------------
  for (const key of filters) {
    const select = at(`f-${key}`);
    select.addEventListener("change", () => { state[key] = select.value; update(); });
  }
  at("all").addEventListener("click", () => { state.all = true; update(); });
  for (const id of ["clear", "clear-none"]) at(id).addEventListener("click", () => { for (const key of filters) { state[key] = ""; at(`f-${key}`).value = ""; } choose(-1); });
  const zoomBy = (factor) => { zoom = Math.min(2.5, Math.max(least, zoom * factor)); size(Number(graph.getAttribute("viewBox").split(" ")[3])); };
  at("fit").addEventListener("click", () => {
    const [, , w, h] = graph.getAttribute("viewBox").split(" ").map(Number);
    zoom = Math.min(2.5, Math.max(least, Math.min(canvas.clientWidth / w, canvas.clientHeight / h)));
    size(h); canvas.scrollTo(0, 0);
  });
  at("zoom-in").addEventListener("click", () => zoomBy(1.25));
  at("zoom-out").addEventListener("click", () => zoomBy(0.8));

  // -- pictures ---------------------------------------------------------------------------------------
  const picture = () => {
    const twin = graph.cloneNode(true);
    for (const gone of twin.querySelectorAll('[display="none"], [visibility="hidden"]')) gone.remove();
    const [, , w, h] = graph.getAttribute("viewBox").split(" ");
    twin.setAttribute("width", w); twin.setAttribute("height", h);
    twin.querySelector("#heads").removeAttribute("transform");
    twin.prepend(svg("rect", { width: w, height: h, fill: "#ffffff" }), svg("metadata", {}, "clinical-evidence-kg"));
    for (const line of twin.querySelectorAll(".headline")) line.setAttribute("stroke", "#1a1a1a");
    return new XMLSerializer().serializeToString(twin);
  };
  const save = (blob, name) => {
    const link = el("a");
    link.href = URL.createObjectURL(blob); link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  at("save-svg").addEventListener("click", () => save(new Blob([picture()], { type: "image/svg+xml" }), "graph.svg"));
  at("save-png").addEventListener("click", () => {
    const image = new Image();
    image.addEventListener("load", () => {
      const sheet = document.createElement("canvas");
      sheet.width = image.width * 2; sheet.height = image.height * 2;
      sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
      sheet.toBlob((blob) => save(blob, "graph.png"), "image/png");
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture())}`;
  });

  document.addEventListener("kg-audience", () => { nameHeads(); count(); fill(); });
  const arrive = () => {
    read(); update();
    if (chosen() >= 0) reveal(chosen(), false);
    else if (!data.large && canvas.clientWidth < 800) { // a small window opens where most is, not at the first column
      canvas.scrollLeft = Math.min(...cards.filter((_, n) => nodes[n].column === 2).map((c) => c.px)) * zoom - 16;
    }
  };
  addEventListener("hashchange", arrive);
  nameHeads();
  arrive();
})();
