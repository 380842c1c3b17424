// 消息: what needs a decision, what was refused, what came in.
import { moment } from "../dates.js";
import { button, h, icon } from "../page.js";
import * as messages from "../messages.js";
import { one } from "../visits.js";
import { inTownship } from "./cards.js";

const VERDICTS = { met: "达标", unmet: "未达标", unknown: "待核实", not_assessed: "不考核", none: "未判定" };

export function errorLines(errors) {
  const lines = Object.entries(errors ?? {}).flatMap(([, words]) => [words].flat());
  return h("ul", { class: "errors" }, (lines.length ? lines : ["服务器没有说明原因，请截图告诉县里。"]).map((words) => h("li", null, String(words))));
}

function change(verdict) {
  if (!verdict?.after || verdict.before === verdict.after) return null;
  const word = (value) => VERDICTS[value] ?? "未判定";
  return h("p", null, `判定 ${word(verdict.before)} → ${word(verdict.after)}`);
}

function received(message) {
  return [
    change(message.verdict),
    message.closed.length > 0 && h("p", { class: "good" }, icon("check"), `补上了：${message.closed.join("、")}`),
    message.open.length > 0 && h("p", { class: "lack-unmet" }, icon("cross"), `还缺：${message.open.join("、")}`),
    message.facts.length > 0 && h("div", { class: "conflicts" },
      h("p", null, "下面几项没有直接写入，两边的值都留着，等村里或乡镇核对："),
      h("ul", null, message.facts.map((fact) => h("li", null, h("b", null, [fact.whose, fact.label].filter(Boolean).join(" ")), fact.typed ? `（本机填：${fact.typed}）` : "", fact.said ? `：${fact.said}` : "")))),
    message.kind === "inbox" && !message.facts.length && h("p", null, "走访已保存，但没有写入户的资料：等村里或乡镇核对（多半是这户已不是您的户）。"),
  ];
}

const KINDS = {
  received: (message) => [message.facts.length ? "已收到，有几项要核对" : "已收到", received(message)],
  inbox: (message) => ["已收到，等待核对", received(message)],
  refused: (message) => ["没有收下", [
    errorLines(message.errors),
    one(message.visit) ? h("a", { class: "btn", href: `#/visit/${message.visit}` }, "打开改正") : h("p", { class: "quiet" }, "这次走访已经改正发送，或已删除。"),
  ]],
  photo: (message) => ["一张照片没有收下", [h("p", null, message.said), one(message.visit) ? [h("p", { class: "quiet" }, "打开走访：再发一次，换一张，或写明原因不要了。"), h("a", { class: "btn", href: `#/visit/${message.visit}` }, "打开走访")] : h("p", { class: "quiet" }, "已经处理。")]],
};

export async function messagesScreen(body) {
  const all = await messages.list();
  body.append(h("header", { class: "head" }, h("h1", null, "消息")));
  if (!all.length) {
    body.append(h("div", { class: "empty" }, h("h2", null, "还没有消息"), h("p", null, "走访发送以后，收到没有、哪些要核对，写在这里。")));
    return null;
  }
  body.append(...all.map((message) => {
    const [title, content] = KINDS[message.kind](message);
    const bad = message.kind !== "received" || message.facts.length > 0;
    const card = h("article", { class: `card message ${message.seen ? "" : "message-new"}`, dataset: { kind: message.kind } },
      h("header", { class: "card-line" }, h("b", null, message.head), h("span", { class: `state state-${bad ? "bad" : "sent"}` }, title)),
      h("p", { class: "quiet" }, `${inTownship(message.place)} · ${message.happened_on} 走访 · ${moment(new Date(message.at))}`),
      content,
      h("div", { class: "card-end" }, button("知道了，收起", async () => {
        await messages.settle(message.key);
        card.remove();
      })));
    return card;
  }));
  return () => messages.see();
}
