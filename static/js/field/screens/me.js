// 我: PIN, what this phone holds, whether the browser is fit, leaving.
import { lock } from "../app.js";
import { test } from "../browser-test.js";
import { on } from "../bus.js";
import { moment } from "../dates.js";
import { button, fill, h } from "../page.js";
import * as pack from "../pack.js";
import { afterPress } from "../press.js";
import { session, signInAddress } from "../session.js";
import * as store from "../store.js";
import { look, takeOver, update, version } from "../update.js";
import * as visits from "../visits.js";
import { testLines } from "./broken.js";

const MEGA = 1024 * 1024;
const mega = (bytes) => `${(bytes / MEGA).toFixed(1)} MB`;

async function storage() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const photos = (await store.outlines("photos")).length;
  const about = pack.about();
  return h("dl", { class: "kv" },
    h("dt", null, "已用 / 可用"), h("dd", null, `${mega(usage)} / ${mega(quota)}`),
    h("dt", null, "未收到的走访"), h("dd", null, `${visits.list().length} 次，${photos} 张照片`),
    h("dt", null, "户的资料"), h("dd", null, about ? `${pack.list().length} 户，${moment(new Date(about.made_at))} 下载，存到 ${about.expires_at.slice(0, 10)}` : "没有"),
    h("dt", null, "页面版本"), h("dd", null, `${version}${update.kept ? "，已存手机" : ""}`));
}

export async function meScreen(body) {
  const about = pack.about();
  const line = h("div");
  function draw() {
    line.replaceChildren(update.ready
      ? button("换上新版本", takeOver, "btn-wide")
      : button("检查新版本", look, "btn-wide"));
  }
  fill(body,
    h("header", { class: "head" }, h("h1", null, about?.user?.name ?? session.user?.name ?? "我"), h("span", { class: "quiet" }, about?.user?.unit ?? "")),
    session.state === "in" ? h("p", { class: "quiet" }, "已登录。") : h("a", { class: "btn btn-wide", href: signInAddress() }, "重新登录"),
    h("section", { class: "section" }, h("h2", null, "存在这台手机里"), await storage()),
    h("section", { class: "section" }, h("h2", null, "浏览器检测"), testLines(await test())),
    h("section", { class: "section stack" },
      button("现在锁定", lock, "btn-wide"),
      h("a", { class: "btn btn-wide", href: "#/pin" }, "更换解锁密码"),
      h("a", { class: "btn btn-wide", href: "#/take" }, "选户带下村"),
      line,
      h("a", { class: "btn btn-wide", href: "/" }, "打开网页版"),
      h("a", { class: "btn btn-wide btn-danger", href: "#/leave" }, "退出登录")),
  );
  draw();
  return on("update", afterPress(draw));
}
