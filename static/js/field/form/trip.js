// 这次走访: the day, how, with whom. By telephone only where the whole household is away.
import { today } from "../dates.js";
import { h, icon } from "../page.js";
import { choiceRow, textRow } from "./field-row.js";

const WAYS = [["home", "入户"], ["phone", "电话"], ["video", "视频"]];

export function tripCard(visit, frame, changed, redraw) {
  const { household } = frame;
  const late = h("div");
  const ways = h("div");

  function drawLate() {
    late.replaceChildren();
    if (visit.happened_on < today()) {
      late.append(textRow("补录原因", visit.late_reason, (words) => {
        visit.late_reason = words;
        changed();
      }, { help: "不是当天填的，写明原因；当天填好、今天才发送的不用写。" }));
    }
  }

  function drawWays() {
    ways.replaceChildren();
    if (!visit.whole_away) return;
    ways.append(choiceRow("走访方式", WAYS, visit.way, (way) => {
      visit.way = way;
      changed();
    }));
  }

  const day = textRow("走访日期", visit.happened_on, (on) => {
    if (!on) return;
    const month = visit.happened_on.slice(0, 7);
    visit.happened_on = on;
    drawLate();
    changed();
    if (on.slice(0, 7) !== month) redraw(); // some blocks are asked in some months only
  }, { type: "date" });
  day.querySelector("input").max = today();
  const lacks = [...(household.lacking?.unmet ?? []), ...(household.lacking?.unknown ?? [])];

  drawLate();
  drawWays();
  return h("section", { class: "block", dataset: { block: "trip" }, "aria-label": "这次走访" },
    h("header", { class: "block-head" }, h("h2", null, "这次走访")),
    household.promised && h("p", { class: "promised" }, icon("history"), `上次答应：${household.promised.text}${household.promised.on ? `（${household.promised.on}）` : ""}`),
    lacks.length > 0 && h("p", { class: "lack-unmet" }, icon("question"), `还缺：${lacks.join("；")}`),
    day, late,
    choiceRow("整户外出", [[false, "在家"], [true, "整户外出"]], visit.whole_away, (away) => {
      visit.whole_away = away;
      if (!away) visit.way = "home";
      drawWays();
      changed();
      redraw();
    }),
    ways,
    textRow("同行人", visit.companions, (words) => {
      visit.companions = words;
      changed();
    }, { placeholder: "没有就不填" }));
}
