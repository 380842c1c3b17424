// Signing out takes this person's data off the phone. Unsent visits first: send them, or name and delete them.
import { app, leave } from "../app.js";
import { on } from "../bus.js";
import * as device from "../device.js";
import { button, fill, h, note } from "../page.js";
import { afterPress } from "../press.js";
import { askSession, session, signInAddress } from "../session.js";
import { unsentOf } from "../store.js";
import { hold, sending, sendNow } from "../sync.js";
import { tellNothingWaits } from "../unsent.js";
import * as visits from "../visits.js";
import { visitLine } from "./cards.js";

// The office's sign-out asks for this proof that nothing waits here.
const SETTLED = { visits: "settled" };

// The page is being left: whoever waits for this goes on with nothing, least of all with asking who is signed in.
function endSession() {
  if (session.state !== "in") location.replace("/sign-in/");
  else {
    const form = h("form", { method: "post", action: "/sign-out/", hidden: true },
      Object.entries({ ...SETTLED, csrfmiddlewaretoken: session.csrf }).map(([name, value]) => h("input", { type: "hidden", name, value })));
    document.body.append(form);
    form.submit();
  }
  return new Promise(() => null);
}

async function leaveNow() {
  const person = app.person;
  if (person !== null) await leave();
  const user = await askSession();
  if (user && user.id === person) await tellNothingWaits(person).catch(() => null);
  return endSession();
}

// Locked: only the number is known. Whose visits they are, and what they are, opens with the PIN.
async function locked(body) {
  app.person ??= (await device.lastPerson());
  const user = await askSession();
  const person = user?.id ?? app.person;
  const known = person !== null && (await device.person(person));
  const unsent = known ? await unsentOf(person) : 0;
  if (known) app.person = person;
  if (!unsent) {
    body.append(h("header", { class: "head" }, h("h1", null, "退出登录")), h("p", null, "没有未发送的走访，正在退出……"));
    if (!known) app.person = null;
    await leaveNow();
    return;
  }
  fill(body,
    h("header", { class: "head" }, h("h1", null, "退出登录")),
    note("warning", `这台手机上还有 ${unsent} 次走访没有发送。请先解锁，发送完再退出。`),
    h("a", { class: "btn btn-primary btn-wide", href: "#/today" }, "解锁"),
    h("p", { class: "quiet" }, "不解锁也不会丢：走访加密存在这台手机里，您下次登录后接着发送。"),
    h("a", { class: "btn btn-wide", href: "/" }, "先不退出"),
  );
}

export async function leaveScreen(body) {
  body.classList.add("body-narrow");
  if (!app.unlocked) return locked(body);
  const number = h("input", { class: "input", inputmode: "numeric", autocomplete: "off", id: "how-many" });
  const remove = button("删除并退出", leaveNow, "btn-danger btn-wide");
  const warning = h("p");
  const fold = h("details", { class: "fold" }, h("summary", null, "不要了，删除这些走访"),
    warning, h("label", { for: "how-many", class: "hidden-words" }, "要删除的走访次数"), number, remove);
  fold.addEventListener("toggle", () => hold(fold.open));

  function sendThem() {
    fold.open = false;
    hold(false);
    return sendNow();
  }

  function draw() {
    const open = visits.list();
    if (!open.length) {
      fill(body,
        h("header", { class: "head" }, h("h1", null, "退出登录")),
        h("p", null, "走访都已收到。退出后，存在这台手机里的户的资料会删掉，下次登录再下载。"),
        button("退出登录", leaveNow, "btn-primary btn-wide"),
        h("a", { class: "btn btn-wide", href: "#/today" }, "不退出"));
      return;
    }
    remove.disabled = number.value.trim() !== String(open.length);
    warning.textContent = `上面列出的 ${open.length} 次走访和照片会永远删除，不能恢复。确认删除，请填写要删除的次数：`;
    const busy = sending.busy ? "正在发送……" : "现在发送";
    fill(body,
      h("header", { class: "head" }, h("h1", null, "退出登录")),
      note("warning", `还有 ${open.length} 次走访没有送到：退出会把它们从这台手机删掉。请先发送。`),
      h("ul", { class: "lines" }, open.map((visit) => visitLine(visit))),
      visits.waiting().length === 0
        ? h("p", null, "点开改正或填完，再发送。")
        : session.state === "out"
        ? h("a", { class: "btn btn-primary btn-wide", href: signInAddress() }, "重新登录后发送")
        : button(busy, sendThem, "btn-primary btn-wide"),
      sending.said && h("p", { class: "quiet" }, sending.said),
      visits.waiting().length > 0 && open.some((visit) => visit.state === "draft" || visits.troubled(visit)) && h("p", { class: "quiet" }, "填写中和需处理的，要点开填完、改正，才能发送。"),
      h("a", { class: "btn btn-wide", href: "#/today" }, "不退出"),
      fold);
  }

  number.addEventListener("input", () => {
    remove.disabled = number.value.trim() !== String(visits.list().length);
  });
  draw();
  // Redrawing would close the fold under somebody's finger: only while the number is not being typed.
  const off = on("queue", afterPress(() => document.activeElement !== number && draw()));
  return () => {
    off();
    hold(false);
  };
}
