// The bottom bar: 今天, 我的户, 走访, 消息, 我.
import { app } from "./app.js";
import { on } from "./bus.js";
import * as messages from "./messages.js";
import { h, icon } from "./page.js";
import { afterPress } from "./press.js";

const PLACES = [
  ["today", "今天", "home"],
  ["households", "我的户", "users"],
  ["new", "走访", "plus"],
  ["messages", "消息", "bell"],
  ["me", "我", "user"],
];
const node = document.getElementById("bar");

export async function drawBar() {
  // In a visit the lower edge belongs to the visit.
  const here = location.hash.slice(2).split("/")[0];
  const shown = app.unlocked && !["visit", "leave"].includes(here);
  node.hidden = !shown;
  document.body.classList.toggle("with-bar", shown);
  if (!shown) return;
  const unseen = await messages.unseen();
  node.replaceChildren(...PLACES.map(([place, label, sign]) =>
    h("a", { href: `#/${place}`, "aria-current": place === here ? "page" : null, class: place === "new" ? "bar-main" : null },
      icon(sign), h("span", null, label),
      place === "messages" && unseen > 0 && h("b", { class: "dot" }, String(unseen), h("span", { class: "hidden-words" }, "条新消息")))));
}

on("messages", afterPress(drawBar));
for (const name of ["locked", "unlocked"]) on(name, drawBar);
