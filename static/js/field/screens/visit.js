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
import { allIn, inWords } from "../coming.js";
import { dayOf, today } from "../dates.js";
import { ask, button, fill, h, icon, note } from "../page.js";
import { settled } from "../photo-states.js";
import { preview } from "../photos.js";
import * as saving from "../saving.js";
import { FullError } from "../store.js";
import { sendNow } from "../sync.js";
import * as visits from "../visits.js";
import { hold } from "../windows.js";
import { inTownship } from "./cards.js";
import { errorLines } from "./messages.js";
import { refusedPhotos } from "./refused-photos.js";

const SPECIAL = {
  amounts: amountsBlock,
  income: incomeBlock,
  needs: needsBlock,
  remark: wordsBlock,
  signature: signatureBlock,
  photos: photosBlock,
  position: positionBlock,
};

function head(visit) {
  return [
    h("a", { class: "back", href: "#/today" }, icon("left"), "今天"),
    h("header", { class: "head" }, h("h1", null, visit.head || "（无户主）"), h("span", { class: "quiet" }, inTownship(visit.place))),
  ];
}

// Photos that are on this phone alone, to be looked at before they are deleted.
function unsentPhotos(visit) {
  const tiles = h("div", { class: "tiles" });
  for (const photo of visit.photos.filter((one) => !settled(one))) preview(photo).then((src) => tiles.append(h("figure", { class: "tile" }, h("img", { alt: "没有送到的照片", src }))));
  return tiles;
}

// What has left the hand is shown, not edited.
function sentVisit(body, visit, frame) {
  const changed = Object.values(visit.values).filter((entry) => entry.mark === "changed").length;
  fill(body,
    ...head(visit),
    h("p", null, h("span", { class: `state state-${visits.troubled(visit) ? "bad" : "sent"}` }, visits.wordsOf(visit))),
    visit.state === "trouble" ? h("div", null, note("error", visit.posted ? "这次走访还有没送到的：" : "服务器没有收下这次走访。走访还在手机里，改正后再发送："), errorLines(visit.errors)) : "",
    h("dl", { class: "kv" },
      h("dt", null, "走访日期"), h("dd", null, visit.happened_on),
      h("dt", null, "改动"), h("dd", null, `${changed} 项`),
      h("dt", null, "照片"), h("dd", null, `${visit.photos.length} 张，已发送 ${visit.photos.filter((photo) => photo.sent).length} 张`),
      h("dt", null, "模板"), h("dd", null, `${frame.template.name} 第${frame.template.version}版`)),
    visit.state === "sent" ? h("div", { class: "blocks" }, refusedPhotos(visit)) : "",
    visit.posted && visit.state === "trouble" ? unsentPhotos(visit) : "",
    h("div", { class: "stack" },
      visit.state !== "trouble" ? button("立即发送", () => sendNow(), "btn-primary btn-wide") : "",
      visit.posted ? visit.state !== "trouble" && h("p", { class: "quiet" }, "已经开始发送，不能再改；收到后在网页版里可以更正。") : button("打开修改", async () => {
        await visits.reopen(visit);
        tell("redraw");
      }, visit.state === "trouble" ? "btn-primary btn-wide" : "btn-wide"),
      visit.posted && visit.state !== "trouble" ? "" : removeButton(visit)),
  );
}

function removeButton(visit) {
  return button("删除这次走访", async () => {
    // Opened by mistake: there is nothing to ask about, leaving puts it away.
    if (visits.empty(visit)) return void (location.hash = "#/today");
    const what = `删除对${visit.head}户的这次走访${visit.photos.length ? `和 ${visit.photos.length} 张照片` : ""}？只存在这台手机里，删了不能恢复。`;
    if (!(await ask(what, "删除走访", true)) || visits.one(visit.identity) !== visit) return;
    if (visit.posted && visit.state !== "trouble") return; // sent while it was asked: the server may have it
    await visits.drop(visit.identity);
    location.hash = "#/today";
  }, "btn-wide btn-danger");
}

// Two windows would write over each other's answers: one has the visit, the other says where it is.
export async function visitScreen(body, identity) {
  const giveBack = await hold(visits.formOf(identity));
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
  // Opened before, on another day, and nothing typed: this visit is of today.
  if (visits.empty(visit) && visit.happened_on !== today()) Object.assign(visit, { happened_on: today(), started_at: new Date().toISOString() });
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
    remove.textContent = visits.empty(visit) ? "不填了，退出" : "删除这次走访";
  }

  let turn = 0;
  async function drawBlocks() {
    const mine = (turn += 1);
    const made = [];
    for (const block of frame.template.blocks) {
      if (!blockAsked(block, visit, frame.household)) continue;
      const build = SPECIAL[block.key] ?? questionBlock;
      const part = await build(block, visit, frame, changed);
      if (part) made.push(part);
    }
    if (mine !== turn) return; // drawn anew meanwhile, of another day
    parts = made;
    cards.replaceChildren(...parts.map((part) => part.node));
    count();
  }

  const keep = button("其余未变", () => {
    for (const part of parts) part.keep?.();
    count();
  }, "btn-wide");

  // What stops it, in words, "" for nothing.
  async function fault() {
    const lost = await allIn(identity);
    if (lost) return lost;
    const wrong = parts.find((part) => part.wrong?.().length);
    if (wrong) {
      const place = wrong.node.querySelector(".q-error:not([hidden])");
      if (place) place.scrollIntoView({ block: "center" });
      else wrong.node.scrollIntoView({ block: "start" });
      return `“${wrong.title}”还有要改的。`;
    }
    if (visit.happened_on < dayOf(new Date(visit.started_at)) && !visit.late_reason.trim()) {
      trip.scrollIntoView({ block: "start" });
      return "走访日期早于今天，请写补录原因。";
    }
    return (await saving.now()) ? "" : "刚才填的还没有存下，存好再完成。";
  }

  // Nothing comes into a visit that is on its way: the form waits for what is under way, and takes nothing meanwhile.
  async function finish() {
    if (form.inert) return;
    form.inert = done.disabled = keep.disabled = true;
    const waits = inWords(identity);
    if (waits) left.textContent = `${waits}，好了就完成……`;
    const words = (await fault()) || (!gone && visits.open(visit) && (await finished()));
    if (gone || words === true) return;
    form.inert = done.disabled = keep.disabled = false;
    if (words) left.textContent = words;
  }

  // true, or why it is not finished.
  async function finished() {
    try {
      await visits.finish(visit);
    } catch (error) {
      if (error instanceof FullError) return "手机存储已满，还没有完成。清理手机空间后再点。";
      throw error;
    }
    tell("queue added");
    location.hash = "#/today";
    return true;
  }

  let gone = false;
  const remove = removeButton(visit);
  const done = button("完成走访", finish, "btn-primary");
  const trip = tripCard(visit, frame, changed, drawBlocks);
  const form = h("div", { class: "body" }, trip, cards);
  await drawBlocks();
  fill(body,
    ...head(visit),
    visit.errors ? h("div", null, note("error", "服务器没有收下，请改正："), errorLines(visit.errors)) : "",
    form,
    h("div", { class: "sticky-end" }, left, h("div", { class: "pair" }, keep, done)),
    h("div", { class: "foot" }, remove),
  );
  // Opened by mistake and left as it was: no trace. Locked, it is not left: the form is there again afterwards.
  return async () => {
    gone = true;
    await saving.now();
    if (visits.open(visit) && visits.empty(visit)) await visits.drop(identity);
  };
}
