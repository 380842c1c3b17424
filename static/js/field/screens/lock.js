// The lock: a PIN, and nothing about whose data lie behind it.
import { app, unlock } from "../app.js";
import { on } from "../bus.js";
import * as device from "../device.js";
import { fill, h, note } from "../page.js";
import { session, signInAddress } from "../session.js";
import { unsentOf } from "../store.js";
import { look, takeOver } from "../update.js";
import { pinField } from "./pin-field.js";

export async function lockScreen(body, { enter }) {
  body.classList.add("body-narrow");
  // Nothing is being typed: the moment for a new version.
  if (takeOver()) return null;
  look();
  const pin = pinField("解锁密码", "current-password");
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  const go = h("button", { class: "btn btn-primary btn-wide" }, "解锁");
  const line = h("div");
  const form = h("form", { class: "stack", novalidate: true }, pin.node, error, go);
  let timer = null;

  function say(words) {
    error.hidden = !words;
    error.textContent = words;
  }

  async function holdBack() {
    const seconds = await device.pause(app.person);
    go.disabled = seconds > 0;
    if (seconds === 0) return say("");
    say(`密码错得太多，请等 ${seconds} 秒再试。`);
    timer = setTimeout(holdBack, 1000);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (go.disabled || !pin.value()) return;
    go.disabled = true;
    if (await tries(pin.value())) return enter();
    pin.input.value = "";
    pin.input.focus();
    go.disabled = false;
    say("解锁密码不对。");
    if ((await device.pause(app.person)) > 0) holdBack();
  });

  function tellSession() {
    line.replaceChildren();
    if (session.state === "out") {
      line.append(note("info", "登录已过期。解锁后可以继续填写；发送前要重新登录。"), h("a", { class: "btn btn-wide", href: signInAddress() }, "重新登录"));
    } else if (session.state === "offline") line.append(note("info", "没有网络：解锁后照样填写，有网络时发送。"));
    else if (session.state === "refused") line.append(note("error", session.said), h("a", { class: "btn btn-wide", href: "/" }, "打开网页版"));
  }

  const unsent = await unsentOf(app.person);
  fill(body,
    h("p", { class: "start-mark", "aria-hidden": "true" }, "走访"),
    h("h1", null, "已锁定"),
    h("p", { class: "quiet" }, unsent ? `这台手机上有 ${unsent} 次走访还没有发送，都在，解锁后继续。` : "输入解锁密码，继续走访。"),
    form,
    line,
  );
  await holdBack();
  tellSession();
  const off = on("session", tellSession);
  return () => {
    off();
    clearTimeout(timer);
  };
}

// Who is signed in decides whose PIN it is. Without network any of the people who share this phone may open his own.
async function tries(pin) {
  if (await unlock(app.person, pin)) return true;
  if (session.state === "in") return false;
  for (const id of await device.people()) {
    if (id !== app.person && (await device.pause(id)) === 0 && (await unlock(id, pin))) return true;
  }
  return false;
}
