// Another PIN for the same data.
import { app, takenPin } from "../app.js";
import * as device from "../device.js";
import { button, h } from "../page.js";
import { changeLock } from "../vault.js";
import { fault, pinField } from "./pin-field.js";

export async function pinScreen(body) {
  const old = pinField("现在的解锁密码", "current-password");
  const pin = pinField("新的解锁密码（6位以上数字）", "new-password");
  const again = pinField("再输一遍", "new-password");
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  const say = (words) => {
    error.hidden = !words;
    error.textContent = words;
  };
  const form = h("form", { class: "stack", novalidate: true }, old.node, pin.node, again.node, error,
    h("button", { class: "btn btn-primary btn-wide" }, "更换解锁密码"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fault(pin.value(), again.value());
    if (wrong) return say(wrong);
    const seconds = await device.pause(app.person);
    if (seconds) return say(`密码错得太多，请等 ${seconds} 秒再试。`);
    const { lock } = await device.person(app.person);
    await device.countTry(app.person);
    const changed = await changeLock(lock, old.value(), pin.value());
    if (!changed) return say("现在的解锁密码不对。");
    await device.clearTries(app.person);
    const taken = await takenPin(app.person, pin.value());
    if (taken) return say(taken);
    await device.keepLock(app.person, changed);
    location.hash = "#/me";
  });
  body.append(h("header", { class: "head" }, h("h1", null, "更换解锁密码")), form, button("不换了", () => history.back(), "btn-wide"));
}
