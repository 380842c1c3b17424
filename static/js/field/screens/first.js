// Nobody's data are open on this phone yet: sign in, then choose a PIN.
import { begin, takenPin } from "../app.js";
import { test } from "../browser-test.js";
import { h, note } from "../page.js";
import { session, signInAddress } from "../session.js";
import { testLines } from "./broken.js";
import { fault, pinField } from "./pin-field.js";

export async function firstScreen(body, { enter }) {
  body.classList.add("body-narrow");
  body.append(h("p", { class: "start-mark", "aria-hidden": "true" }, "走访"));
  if (session.state === "in") return choosePin(body, enter);
  body.append(h("h1", null, "先登录"));
  if (session.state === "offline" || session.state === "failed") {
    const why = session.state === "failed" ? "服务器出错，请过一会儿再试。" : "现在没有网络。";
    body.append(note("warning", `${why}第一次在这台手机上用，要有网络登录一次；以后没有网络也能打开。`),
      h("button", { type: "button", class: "btn btn-primary btn-wide", onclick: () => location.reload() }, "再试一次"));
    return;
  }
  if (session.state === "refused") body.append(note("error", session.said), h("a", { class: "btn btn-wide", href: "/" }, "打开网页版"));
  body.append(
    h("p", null, "登录后，您的户和走访表会存到这台手机，到村里没有信号也能填。"),
    h("a", { class: "btn btn-primary btn-wide", href: signInAddress() }, "登录"),
  );
}

async function choosePin(body, enter) {
  const odd = (await test()).filter((result) => !result.ok && !result.must && result.name !== "长期保存");
  const pin = pinField("解锁密码（6位以上数字）", "new-password");
  const again = pinField("再输一遍", "new-password");
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  const form = h("form", { class: "stack", novalidate: true }, pin.node, again.node, error,
    h("button", { class: "btn btn-primary btn-wide" }, "设好，开始使用"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = form.querySelector("button");
    if (go.disabled) return;
    go.disabled = true;
    const wrong = fault(pin.value(), again.value()) || (await takenPin(session.user.id, pin.value()));
    error.hidden = !wrong;
    error.textContent = wrong;
    go.disabled = !wrong;
    if (wrong) return;
    await begin(session.user.id, pin.value());
    enter();
  });
  body.append(
    h("h1", null, `${session.user.name}，设一个解锁密码`),
    h("p", null, "只在这台手机上用：存在手机里的户和走访都用它加密，别人拿到手机也看不到。"),
    note("warning", "忘了解锁密码，没有发送的走访就打不开了：请记牢，走访后有网络时尽快发送。"),
    ...(odd.length > 0 ? [testLines(odd)] : []),
    form,
  );
}
