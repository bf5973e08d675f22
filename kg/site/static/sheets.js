/* The explorer on paper, where nothing scrolls: the graph is cut into sheets as wide as a page. */
(() => {
  "use strict";
  const graph = document.getElementById("graph"), canvas = document.getElementById("canvas");
  const FIRST = 0.44, NEXT = 0.6; // height by width: below the title of the page, and on a page of its own
  const HEAD = 38; // the names of the columns are on every sheet

  const boxes = () => [...graph.querySelectorAll("#nodes .n:not([display])")].map((g) => {
    const top = Number(/ ([-\d.]+)\)/.exec(g.getAttribute("transform"))[1]);
    return { id: g.dataset.id, top, bottom: top + g.querySelector(".o").getBBox().height };
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
  const sheet = (width, from, to, cards) => {
    const twin = graph.cloneNode(true);
    const away = new Set(cards.filter((c) => c.bottom <= from || c.top >= to).map((c) => c.id));
    for (const g of twin.querySelectorAll("#nodes .n")) if (g.hasAttribute("display") || away.has(g.dataset.id)) g.remove();
    const begin = from ? from - HEAD : 0;
    twin.setAttribute("viewBox", `0 ${begin} ${width} ${to - begin}`);
    twin.setAttribute("width", width);
    twin.setAttribute("height", to - begin);
    twin.querySelector("#heads").setAttribute("transform", `translate(0 ${begin})`);
    for (const node of [twin, ...twin.querySelectorAll("[id]")]) node.removeAttribute("id");
    twin.classList.add("sheet");
    return twin;
  };
  addEventListener("beforeprint", () => {
    const [, , width, height] = graph.getAttribute("viewBox").split(" ").map(Number), cards = boxes();
    const told = document.createElement("p");
    told.className = "sheet";
    told.textContent = document.getElementById("count").textContent;
    canvas.append(told);
    for (let from = 0; cards.length && from < height - HEAD;) {
      const most = from + width * (from ? NEXT : FIRST), to = most < height ? cut(from, most, cards) : height;
      canvas.append(sheet(width, from, to, cards));
      from = to;
    }
    canvas.classList.add("on-sheets");
  });
  addEventListener("afterprint", () => {
    for (const gone of canvas.querySelectorAll(".sheet")) gone.remove();
    canvas.classList.remove("on-sheets");
  });
})();
