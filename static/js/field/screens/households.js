// 我的户: the most overdue first, with what each lacks.
import { on } from "../bus.js";
import { moment } from "../dates.js";
import { button, fill, h } from "../page.js";
import * as pack from "../pack.js";
import { afterPress } from "../press.js";
import { refreshPack } from "../sync.js";
import { emptyCopies, householdCard } from "./cards.js";

const SEARCH_FROM = 6; // fewer are seen at a glance

export function householdsScreen(body) {
  let wanted = "";
  const said = h("p", { class: "quiet" });
  const cards = h("div", { class: "cards" });
  const search = h("input", { class: "input", type: "search", placeholder: "姓名或地点", "aria-label": "按姓名或地点查找", autocomplete: "off" });
  search.addEventListener("input", () => {
    wanted = search.value.trim();
    drawCards();
  });

  function drawCards() {
    const rows = pack.sorted().filter((row) => !wanted || [row.head, row.place, row.no].some((words) => String(words ?? "").includes(wanted)));
    cards.replaceChildren(...rows.map(householdCard));
    if (!rows.length && pack.list().length) cards.append(h("p", { class: "quiet" }, `没有姓名或地点含“${wanted}”的户。`));
  }

  async function refresh() {
    said.textContent = "正在更新……";
    said.textContent = (await refreshPack()) || `已更新 ${moment(new Date())}`;
  }

  function draw() {
    const rows = pack.list();
    const late = rows.filter((row) => row.due?.late_days > 0).length;
    const about = pack.about();
    if (about && !said.textContent) said.textContent = `资料 ${moment(new Date(about.made_at))} · 存在手机里到 ${about.expires_at.slice(0, 10)}`;
    fill(body,
      h("header", { class: "head" },
        h("h1", null, "我的户 ", h("span", { class: "count" }, String(rows.length))),
        late > 0 && h("span", { class: "late" }, `逾期 ${late}`),
        rows.length > 0 && h("span", { class: "badge badge-met" }, "离线可用")),
      rows.length >= SEARCH_FROM ? search : "",
      rows.length ? cards : emptyCopies(),
      h("div", { class: "foot" }, said, button("更新资料", refresh, "btn-wide")),
    );
    drawCards();
  }

  draw();
  const off = [on("pack", afterPress(draw)), on("queue", afterPress(drawCards))];
  return () => off.forEach((end) => end());
}
