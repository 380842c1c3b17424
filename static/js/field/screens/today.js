// 今天: what is on this phone and not yet at the server, then what presses most.
import { on } from "../bus.js";
import { today } from "../dates.js";
import { fill, h, note } from "../page.js";
import * as pack from "../pack.js";
import { afterPress } from "../press.js";
import { refreshPack, sending } from "../sync.js";
import { update } from "../update.js";
import * as visits from "../visits.js";
import { emptyCopies, householdCard, visitLine } from "./cards.js";

const AT_MOST = 3;

function figures(rows) {
  const late = rows.filter((row) => row.due?.late_days > 0).length;
  const lacking = rows.filter((row) => row.verdict === "unmet" || row.verdict === "unknown").length;
  return h("div", { class: "figures" },
    h("a", { href: "#/households" }, h("b", null, String(rows.length)), h("span", null, "我的户")),
    h("a", { href: "#/households", class: late ? "figure-late" : null }, h("b", null, String(late)), h("span", null, "走访逾期")),
    h("a", { href: "#/households" }, h("b", null, String(lacking)), h("span", null, "还有缺项")));
}

// What was promised and what is planned for these days, over all households.
function promises(rows) {
  const found = rows.flatMap((row) => [
    ...(row.promised?.on ? [{ row, on: row.promised.on, words: row.promised.text }] : []),
    ...(row.measures ?? []).filter((one) => one.due).map((one) => ({ row, on: one.due, words: one.label })),
  ]);
  return found.sort((a, b) => a.on.localeCompare(b.on)).slice(0, 5);
}

function promiseList(rows) {
  const found = promises(rows);
  if (!found.length) return null;
  return h("section", { class: "section" }, h("h2", null, "答应过的事"),
    h("ul", { class: "lines" }, found.map(({ row, on: day, words }) =>
      h("li", null, h("a", { href: `#/household/${row.id}` }, h("b", null, row.head), h("span", null, words),
        h("span", { class: day < today() ? "late" : "quiet" }, day))))));
}

export function todayScreen(body) {
  const refreshed = pack.about() && new Date(pack.about().made_at);
  function draw() {
    const rows = pack.sorted();
    const own = visits.list();
    fill(body,
      h("header", { class: "head" }, h("h1", null, "今天"), h("span", { class: "quiet" }, today())),
      update.ready && note("info", "走访页面有新版本。", h("p", null, "已填的都在手机里；下次解锁时自动换上，不用管。")),
      rows.length ? figures(rows) : emptyCopies(),
      own.length > 0 && h("section", { class: "section" },
        h("h2", null, "在这台手机上的走访", h("span", { class: "count" }, String(own.length))),
        h("ul", { class: "lines" }, own.map((visit) => visitLine(visit))),
        sending.said && !sending.busy && h("p", { class: "quiet" }, sending.said)),
      promiseList(rows),
      rows.length > 0 && h("section", { class: "section" },
        h("h2", null, "先走这几户"), rows.slice(0, AT_MOST).map(householdCard),
        rows.length > AT_MOST && h("a", { class: "btn btn-wide", href: "#/households" }, `全部 ${rows.length} 户`)),
    );
  }
  draw();
  const off = ["queue", "pack", "update"].map((name) => on(name, afterPress(draw)));
  const old = !refreshed || Date.now() - refreshed > 10 * 60000;
  if (old) refreshPack().then((said) => said || draw());
  return () => off.forEach((end) => end());
}
