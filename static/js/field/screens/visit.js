// The visit: one card per block of the template it was begun with, all of it written as it is typed.
import { blockAsked } from "../conditions.js";
import { amountsBlock } from "../form/amounts.js";
import { incomeBlock } from "../form/income.js";
import { needsBlock } from "../form/needs.js";
import { photosBlock } from "../form/photos.js";
import { positionBlock } from "../form/position.js";
import { questionBlock } from "../form/questions.js";
import { signatureBlock } from "../form/signature.js";
import { tripCard } from "../form/trip.js";
import { wordsBlock } from "../form/words.js";
import { tell } from "../bus.js";
import { dayOf } from "../dates.js";
import { ask, button, fill, h, icon, note } from "../page.js";
import * as saving from "../saving.js";
import { sendNow } from "../sync.js";
import * as visits from "../visits.js";
import { hold } from "../windows.js";
import { inTownship } from "./cards.js";
import { errorLines } from "./messages.js";

const SPECIAL = {
  amounts: amountsBlock,
  income: incomeBlock,
  needs: needsBlock,
  remark: wordsBlock,
  signature: signatureBlock,
  photos: photosBlock,
  position: positionBlock,
};

function touched(visit) {
  return (
    Object.values(visit.values).some((entry) => entry.mark) ||
    visit.photos.length > 0 || visit.amounts.length > 0 || visit.needs.length > 0 || visit.income || visit.signature ||
    Object.keys(visit.income_faults ?? {}).length > 0 ||
    [visit.remark, visit.problems, visit.promise?.text, visit.promise?.on, visit.companions, visit.late_reason].some(Boolean) ||
    visit.whole_away || visit.position || visit.happened_on !== dayOf(new Date(visit.started_at))
  );
}

function head(visit) {
  return [
    h("a", { class: "back", href: "#/today" }, icon("left"), "今天"),
    h("header", { class: "head" }, h("h1", null, visit.head || "（无户主）"), h("span", { class: "quiet" }, inTownship(visit.place))),
  ];
}

// What has left the hand is shown, not edited.
function sentVisit(body, visit, frame) {
  const changed = Object.values(visit.values).filter((entry) => entry.mark === "changed").length;
  fill(body,
    ...head(visit),
    h("p", null, h("span", { class: `state state-${visit.state === "trouble" ? "bad" : "sent"}` }, visits.WORDS[visit.state])),
    visit.state === "trouble" ? h("div", null, note("error", "服务器没有收下这次走访。走访还在手机里，改正后再发送："), errorLines(visit.errors)) : "",
    h("dl", { class: "kv" },
      h("dt", null, "走访日期"), h("dd", null, visit.happened_on),
      h("dt", null, "改动"), h("dd", null, `${changed} 项`),
      h("dt", null, "照片"), h("dd", null, `${visit.photos.length} 张，已发送 ${visit.photos.filter((photo) => photo.sent).length} 张`),
      h("dt", null, "模板"), h("dd", null, `${frame.template.name} 第${frame.template.version}版`)),
    ...visit.photos.filter((photo) => photo.refused).map((photo) => note("error", `一张照片没有收下：${photo.refused}`)),
    h("div", { class: "stack" },
      visit.state !== "trouble" ? button("立即发送", () => sendNow(), "btn-primary btn-wide") : "",
      visit.posted ? h("p", { class: "quiet" }, "已经开始发送，不能再改；收到后在网页版里可以更正。") : button("打开修改", async () => {
        await visits.reopen(visit);
        tell("redraw");
      }, visit.state === "trouble" ? "btn-primary btn-wide" : "btn-wide"),
      visit.posted ? "" : removeButton(visit)),
  );
}

function removeButton(visit) {
  return button("删除这次走访", async () => {
    const what = `删除对${visit.head}户的这次走访${visit.photos.length ? `和 ${visit.photos.length} 张照片` : ""}？只存在这台手机里，删了不能恢复。`;
    if (!(await ask(what, "删除走访", true))) return;
    await visits.drop(visit.identity);
    location.hash = "#/today";
  }, "btn-wide btn-danger");
}

// Two windows would write over each other's answers: one has the visit, the other says where it is.
export async function visitScreen(body, identity) {
  const giveBack = await hold(`field-visit ${identity}`);
  if (!giveBack) {
    body.append(note("warning", "这次走访正在另一个窗口里打开着，请到那个窗口里接着填。不在那里填了，就把那个窗口关掉，再在这里打开。"),
      h("div", { class: "pair" }, h("a", { class: "btn", href: "#/today" }, "今天"), button("在这里打开", () => tell("redraw"), "btn-primary")));
    return null;
  }
  try {
    const left = await openVisit(body, identity);
    return () => Promise.resolve(left?.()).finally(giveBack);
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function openVisit(body, identity) {
  const visit = identity ? await visits.reread(identity) : null;
  if (!visit) {
    body.append(note("info", "这次走访已不在手机里：已收到，或已删除。收到的结果在“消息”里。"), h("a", { class: "btn btn-wide", href: "#/today" }, "今天"));
    return null;
  }
  const frame = await visits.frameOf(identity);
  if (!frame) {
    fill(body, ...head(visit), note("error", visits.NO_FRAME), removeButton(visit));
    return null;
  }
  if (visit.state !== "draft") {
    sentVisit(body, visit, frame);
    return null;
  }
  const cards = h("div", { class: "blocks" });
  const left = h("p", { class: "left", role: "status" });
  let parts = [];

  function changed() {
    visits.changed(visit);
    count();
  }

  function count() {
    const open = parts.reduce((sum, part) => sum + (part.open?.() ?? 0), 0);
    keep.hidden = open === 0;
    left.textContent = open ? `还有 ${open} 项没有看` : "";
  }

  async function drawBlocks() {
    const made = [];
    for (const block of frame.template.blocks) {
      if (!blockAsked(block, visit, frame.household)) continue;
      const build = SPECIAL[block.key] ?? questionBlock;
      const part = await build(block, visit, frame, changed);
      if (part) made.push(part);
    }
    parts = made;
    cards.replaceChildren(...parts.map((part) => part.node));
    count();
  }

  const keep = button("其余未变", () => {
    for (const part of parts) part.keep?.();
    count();
  }, "btn-wide");

  async function finish() {
    const wrong = parts.find((part) => part.wrong?.().length);
    if (wrong) {
      left.textContent = `“${wrong.title}”还有要改的。`;
      wrong.node.scrollIntoView({ block: "start" });
      return;
    }
    if (visit.happened_on < dayOf(new Date(visit.started_at)) && !visit.late_reason.trim()) {
      left.textContent = "走访日期早于今天，请写补录原因。";
      cards.previousElementSibling?.scrollIntoView({ block: "start" });
      return;
    }
    if (!(await saving.now())) return;
    await visits.finish(visit);
    tell("queue added");
    location.hash = "#/today";
  }

  await drawBlocks();
  fill(body,
    ...head(visit),
    visit.errors ? h("div", null, note("error", "服务器没有收下，请改正："), errorLines(visit.errors)) : "",
    tripCard(visit, frame, changed, drawBlocks),
    cards,
    h("div", { class: "sticky-end" }, left, h("div", { class: "pair" }, keep, button("完成走访", finish, "btn-primary"))),
    h("div", { class: "foot" }, removeButton(visit)),
  );
  // Opened by mistake and left as it was: no trace. Locked, it is not left: the form is there again afterwards.
  return async () => {
    await saving.now();
    if (visits.one(identity) === visit && visit.state === "draft" && !touched(visit)) await visits.drop(identity);
  };
}
