// The strip at the top: always the truth about what is kept where.
import { app } from "./app.js";
import { on } from "./bus.js";
import { clock } from "./dates.js";
import { button, h, icon } from "./page.js";
import { afterPress } from "./press.js";
import * as saving from "./saving.js";
import { session, signInAddress } from "./session.js";
import { sending, sendNow } from "./sync.js";
import * as visits from "./visits.js";

const node = document.getElementById("strip");

function kept() {
  if (saving.saving.failure === "full") return ["手机存储已满：刚才填的还没有存下，请不要关闭此页。清理手机空间后会自动再存。", "bad"];
  if (saving.saving.failure) return ["刚才填的没有存下，请不要关闭此页，正在重试。", "bad"];
  if (saving.unsaved()) return ["正在存到手机……", ""];
  return [saving.saving.at ? `已存手机 ${clock(saving.saving.at)}` : "", ""];
}

function waiting() {
  const queued = visits.waiting();
  const photos = visits.unsentPhotos();
  const trouble = visits.list().filter(visits.troubled).length;
  return [
    queued.length && `${queued.length}次走访待发送`,
    photos && `${photos}张照片待发送`,
    trouble && `${trouble}次走访需处理`,
  ].filter(Boolean);
}

function line() {
  if (session.state === "out") return "登录已过期";
  if (session.state === "failed") return "服务器出错";
  if (session.state === "offline" || !navigator.onLine) return "没有网络";
  return "";
}

function draw() {
  node.hidden = !app.unlocked;
  if (!app.unlocked) return;
  const [words, kind] = kept();
  const open = waiting();
  const busy = sending.busy && (open.length || sending.photo) ? `${sending.said}${sending.photo ? ` ${sending.photo}` : ""}` : "";
  const all = [words, ...open, busy, line()].filter(Boolean);
  node.className = `strip ${kind && `strip-${kind}`}`;
  const trouble = visits.list().some(visits.troubled);
  const sign = kind || trouble ? "warning" : open.length ? "upload" : "check";
  node.replaceChildren(icon(sign), h("span", null, all.length ? all.join(" · ") : "没有待发送的走访"));
  if (kind) node.append(button("再存一次", () => saving.now()));
  else if (session.state === "out") node.append(h("a", { class: "btn", href: signInAddress() }, "登录"));
  else if (visits.waiting().length && !sending.busy) node.append(button("立即发送", () => sendNow()));
}

for (const name of ["saved", "queue", "session"]) on(name, afterPress(draw));
for (const name of ["locked", "unlocked"]) on(name, draw);
for (const name of ["online", "offline"]) window.addEventListener(name, afterPress(draw));
