// The lock: a PIN, and nothing about whose data lie behind it.
import { app, leave, unlock } from "../app.js";
import { on, tell } from "../bus.js";
import * as device from "../device.js";
import { ask, button, fill, h, note } from "../page.js";
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
    fill(forgotten, h("summary", null, "忘了解锁密码？"), whenForgotten(unsent));
    if (session.state === "out") {
      line.append(note("info", "登录已过期。解锁后可以继续填写；发送前要重新登录。"), h("a", { class: "btn btn-wide", href: signInAddress() }, "重新登录"));
    } else if (session.state === "offline") line.append(note("info", "没有网络：解锁后照样填写，有网络时发送。"));
    else if (session.state === "refused") line.append(note("error", session.said), h("a", { class: "btn btn-wide", href: "/" }, "打开网页版"));
  }

  const unsent = await unsentOf(app.person);
  const forgotten = h("details", { class: "fold" });
  fill(body,
    h("p", { class: "start-mark", "aria-hidden": "true" }, "走访"),
    h("h1", null, "已锁定"),
    h("p", { class: "quiet" }, unsent ? `这台手机上有 ${unsent} 次走访还没有发送，都在，解锁后继续。` : "输入解锁密码，继续走访。"),
    form,
    line,
    forgotten,
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

// What can be done and what cannot: nobody but he has the PIN. Only who has signed in as himself may begin anew.
function whenForgotten(unsent) {
  const himself = session.state === "in" && session.user.id === app.person;
  const signIn = !himself && h("p", null, "要重新设，先在有网络的地方", h("a", { href: signInAddress() }, "登录"), "，确认是您本人，再回到这里。");
  if (!unsent) {
    return [h("p", null, "手机里没有等着发送的走访，重新设一个，什么也不会丢：户的资料会再下载。"), signIn, himself && button("重新设解锁密码", anew, "btn-wide")];
  }
  const number = h("input", { class: "input", inputmode: "numeric", autocomplete: "off", id: "how-many-lost" });
  const remove = button(`删除 ${unsent} 次走访，重新设解锁密码`, async () => {
    if (await ask(`这 ${unsent} 次走访和照片会永远删除，谁也不能恢复。`, "删除走访", true)) await anew();
  }, "btn-danger btn-wide");
  remove.disabled = true;
  number.addEventListener("input", () => (remove.disabled = number.value.trim() !== String(unsent)));
  return [
    h("p", null, h("b", null, "能做的："), "想起来了随时再试。走访都在手机里，不会过期；输错只是要等一会儿，不会删掉走访。"),
    h("p", null, h("b", null, "不能做的："), `解锁密码没有存在系统里，县里查不到，也改不了。没有它，这 ${unsent} 次没有发送的走访谁也打不开、发不出去。`),
    h("p", null, h("b", null, "实在想不起来："), `只能删掉这 ${unsent} 次走访，重新设解锁密码，再到网页版按纸质材料补录。已收到的走访不受影响。`),
    signIn,
    himself && h("div", { class: "stack" }, h("label", { for: number.id }, `确认删除，请填写走访次数 ${unsent}：`), number, remove),
  ];
}

async function anew() {
  await leave();
  tell("redraw");
}
