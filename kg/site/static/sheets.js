/* The explorer on paper, where nothing scrolls: the graph is cut into sheets, each as wide as a page. */
(() => {
  "use strict";
  const graph = document.getElementById("graph"), canvas = document.getElementById("canvas");
  const FIRST = 0.44, NEXT = 0.6; // height by width: below the title of the page, and on a page of its own
  const HEAD = 38; // the names of the columns are on every sheet
  const WIDE = 1280, MARGIN = 14; // on a sheet that is not wider the smallest words have 6 points

  const boxes = () => [...graph.querySelectorAll("#nodes .n:not([display])")].map((g) => {
    const [left, top] = /\(([-\d.]+) ([-\d.]+)\)/.exec(g.getAttribute("transform")).slice(1).map(Number), box = g.querySelector(".o").getBBox();
    return { id: g.dataset.id, left, right: left + box.width, top, bottom: top + box.height };
  });
  // A cut goes where it crosses fewest cards, as far down as the sheet allows; a crossed card is on both sheets.
  const cut = (from, to, cards) => {
    let best = to, least = Infinity;
    for (let y = to; y > from + (to - from) * 0.75; y -= 2) {
      const crossed = cards.filter((c) => c.top < y && c.bottom > y).length;
      if (crossed < least) { best = y; least = crossed; }
    }
    return best;
  };
  // Columns side by side as far as a sheet is wide; the last one begins the next sheet, so that its lines go on.
  const parts = () => {
    const columns = [...graph.querySelectorAll("#heads .headline")].map((line) => /M([-\d.]+) [-\d.]+h([-\d.]+)/.exec(line.getAttribute("d")).slice(1).map(Number));
    const ends = columns.map(([x, width]) => x + width), found = [];
    for (let first = 0, last = 0; ; first = last) {
      while (last + 1 < columns.length && ends[last + 1] - columns[first][0] + 2 * MARGIN <= WIDE) last += 1;
      if (last === first && last + 1 < columns.length) last += 1;
      found.push([columns[first][0] - MARGIN, ends[last] - columns[first][0] + 2 * MARGIN]);
      if (last + 1 >= columns.length) return found;
    }
  };
  const sheet = ([x, width], from, to, cards) => {
    const twin = graph.cloneNode(true);
    const away = new Set(cards.filter((c) => c.bottom <= from || c.top >= to || c.right < x || c.left > x + width).map((c) => c.id));
    for (const g of twin.querySelectorAll("#nodes .n")) if (g.hasAttribute("display") || away.has(g.dataset.id)) g.remove();
    const begin = from ? from - HEAD : 0;
    twin.setAttribute("viewBox", `${x} ${begin} ${width} ${to - begin}`);
    twin.setAttribute("width", width);
    twin.setAttribute("height", to - begin);
    twin.querySelector("#heads").setAttribute("transform", `translate(0 ${begin})`);
    const back = twin.querySelector(".headback");
    back.setAttribute("x", x);
    back.setAttribute("width", width);
    for (const node of [twin, ...twin.querySelectorAll("[id]")]) node.removeAttribute("id");
    twin.classList.add("sheet");
    return twin;
  };
  addEventListener("beforeprint", () => {
    const height = Number(graph.getAttribute("viewBox").split(" ")[3]), cards = boxes(), strips = parts(), width = Math.min(...strips.map((strip) => strip[1]));
    const note = document.createElement("p");
    note.className = "sheet";
    note.textContent = document.getElementById("count").textContent;
    canvas.append(note);
    for (let from = 0; cards.length && from < height - HEAD;) {
      const most = from + width * (from ? NEXT : FIRST), to = most < height ? cut(from, most, cards) : height;
      canvas.append(...strips.map((strip) => sheet(strip, from, to, cards)));
      from = to;
    }
    canvas.classList.add("on-sheets");
  });
  addEventListener("afterprint", () => {
    for (const gone of canvas.querySelectorAll(".sheet")) gone.remove();
    canvas.classList.remove("on-sheets");
  });
})();
