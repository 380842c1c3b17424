// How a household and a visit look in lists.
import { app } from "../app.js";
import { daysBetween, today } from "../dates.js";
import { ask, button, h, icon } from "../page.js";
import * as pack from "../pack.js";
import { session } from "../session.js";
import { ClosedError, FullError } from "../store.js";
import { sending } from "../sync.js";
import { begin, draftOf, troubled, wordsOf } from "../visits.js";

const A_YEAR = 366; // days: more are read from the date
const VERDICTS = { met: ["达标", "check"], unmet: ["未达标", "cross"], unknown: ["待核实", "question"] };

export function verdict(value) {
  const found = VERDICTS[value];
  return found ? h("span", { class: `badge badge-${value}` }, icon(found[1]), found[0]) : null;
}

// Whoever goes there knows the province: from the township on.
export function inTownship(place) {
  return /[^省市县区旗州盟]+(镇|乡|街道|苏木).*$/.exec(place ?? "")?.[0] ?? place ?? "";
}

export function due(household) {
  const days = household.due?.late_days;
  if (days > 0) return h("span", { class: "late" }, `逾期${days}天`);
  if (!household.due?.by) return null;
  const left = daysBetween(today(), household.due.by);
  return h("span", { class: "quiet" }, left >= 0 ? `${household.due.by} 前走访` : `应在 ${household.due.by} 前走访`);
}

export function lacking(household) {
  const lines = [
    ...(household.lacking?.unmet ?? []).map((words) => h("li", { class: "lack-unmet" }, icon("cross"), words)),
    ...(household.lacking?.unknown ?? []).map((words) => h("li", { class: "lack-unknown" }, icon("question"), words)),
  ];
  return lines.length > 0 && h("ul", { class: "lacking" }, lines);
}

function lastVisit(household) {
  if (!household.last_visit) return "今年还没有走访";
  const days = daysBetween(household.last_visit, today());
  return `上次走访 ${household.last_visit}${days > 0 && days <= A_YEAR ? `（${days}天前）` : ""}`;
}

// The address goes to the phone's own map only when somebody presses it.
function mapAddress(household) {
  const place = encodeURIComponent(`${household.place ?? ""}${household.address ?? ""}`);
  return /iPhone|iPad/.test(navigator.userAgent) ? `maps://?q=${place}` : `geo:0,0?q=${place}`;
}

export async function visitHousehold(household) {
  const { options, year, asks = {} } = pack.about();
  const form = { template: pack.templateOf(household), options, asks };
  try {
    const visit = await begin(household, form, { year, user: app.person });
    location.hash = `#/visit/${visit.identity}`;
  } catch (error) {
    if (error instanceof ClosedError) return; // locked meanwhile
    if (!(error instanceof FullError)) throw error;
    await ask("手机存储已满，开不了新的走访。清理手机空间后再点。", "知道了");
  }
}

export function contacts(household) {
  return [
    household.phone
      ? h("a", { class: "btn", href: `tel:${household.phone}` }, icon("phone"), "电话")
      : h("span", { class: "btn btn-off" }, icon("phone"), "无电话"),
    h("a", { class: "btn", href: mapAddress(household) }, icon("pin"), "导航"),
  ];
}

export function householdCard(household) {
  const draft = draftOf(household.id);
  return h("article", { class: "card", dataset: { household: household.id } },
    h("header", { class: "card-line" },
      h("a", { class: "card-name", href: `#/household/${household.id}` }, household.head || "（无户主）"),
      verdict(household.verdict), due(household)),
    h("p", { class: "quiet" }, [inTownship(household.place), `${household.size}人`, household.status_label].filter(Boolean).join(" · ")),
    lacking(household),
    h("p", { class: "quiet" }, lastVisit(household)),
    household.promised && h("p", { class: "promised" }, icon("history"), `上次答应：${household.promised.text}${household.promised.on ? `（${household.promised.on}）` : ""}`),
    h("div", { class: "card-actions" },
      button(draft ? "接着填" : "走访", () => visitHousehold(household), "btn-primary"), contacts(household)));
}

export function visitLine(visit, more) {
  const words = visit.state === "draft" ? "填写中" : wordsOf(visit);
  const kind = troubled(visit) ? "bad" : visit.state === "draft" ? "open" : "sent";
  const photos = visit.photos.length ? `${visit.photos.filter((photo) => photo.sent).length}/${visit.photos.length} 张照片已发送` : "";
  return h("li", { class: "visit-line", dataset: { visit: visit.identity, state: visit.state } },
    h("a", { href: `#/visit/${visit.identity}` }, h("b", null, visit.head), h("span", { class: "quiet" }, [inTownship(visit.place), visit.happened_on, photos].filter(Boolean).join(" · "))),
    h("span", { class: `state state-${kind}` }, words), more);
}

// What a list of households says when there are none, and how they get here.
export function emptyCopies() {
  if (pack.about()) {
    return h("div", { class: "empty" }, h("h2", null, "还没有您的户"),
      h("p", null, "结对安排好以后，您的户出现在这里。村级信息员可以先选好要带下村的户。"),
      h("a", { class: "btn", href: "#/take" }, "选户带下村"));
  }
  return h("div", { class: "empty" }, h("h2", null, "手机里还没有户的资料"),
    h("p", null, sending.pack ? `没有下载成：${sending.pack}` : session.state === "in" ? "正在下载……" : "有网络、登录以后会下载到手机，可保留30天；到期或手机满了会先删掉，不影响已填的走访。"));
}
