// ＋走访: whom?
import { fill, h } from "../page.js";
import * as pack from "../pack.js";
import { draftOf } from "../visits.js";
import { due, emptyCopies, inTownship, visitHousehold } from "./cards.js";

export function newScreen(body) {
  const rows = pack.sorted();
  fill(body,
    h("header", { class: "head" }, h("h1", null, "走访哪一户")),
    rows.length ? h("ul", { class: "lines" }, rows.map((row) =>
      h("li", null, h("button", { type: "button", class: "line-button", onclick: () => visitHousehold(row) },
        h("b", null, row.head || "（无户主）"), h("span", { class: "quiet" }, inTownship(row.place)),
        draftOf(row.id) ? h("span", { class: "state state-open" }, "填写中") : due(row))))) : emptyCopies(),
  );
}
