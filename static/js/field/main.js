// Opening the phone pages: can this browser do it, who is it, is it unlocked, which screen.
import "./idle.js";
import "./strip.js";
import { app, lock } from "./app.js";
import { drawBar } from "./bar.js";
import { test } from "./browser-test.js";
import { on, tell } from "./bus.js";
import * as device from "./device.js";
import { h } from "./page.js";
import { unsaved } from "./saving.js";
import { brokenScreen } from "./screens/broken.js";
import { firstScreen } from "./screens/first.js";
import { householdScreen } from "./screens/household.js";
import { householdsScreen } from "./screens/households.js";
import { leaveScreen } from "./screens/leave.js";
import { lockScreen } from "./screens/lock.js";
import { meScreen } from "./screens/me.js";
import { messagesScreen } from "./screens/messages.js";
import { newScreen } from "./screens/new.js";
import { pinScreen } from "./screens/pin.js";
import { takeScreen } from "./screens/take.js";
import { todayScreen } from "./screens/today.js";
import { visitScreen } from "./screens/visit.js";
import { askSession, session } from "./session.js";
import { ClosedError } from "./store.js";
import * as update from "./update.js";

const SCREENS = {
  today: todayScreen,
  households: householdsScreen,
  household: householdScreen,
  new: newScreen,
  visit: visitScreen,
  messages: messagesScreen,
  me: meScreen,
  pin: pinScreen,
  take: takeScreen,
  leave: leaveScreen,
};
const FIRST = "today";
const AT_ONCE = 1500; // ms: longer nobody looks at an empty page for the sake of an answer
const root = document.getElementById("screen");
let close = null;
let drawing = 0;
let alive = false;
let lockDue = false;

const route = () => location.hash.replace(/^#\/?/, "").split("/").filter(Boolean);

// What a screen still has to do when it is left is done once, and never keeps the next one from being shown.
async function end(ending) {
  try {
    await ending?.();
  } catch (error) {
    if (!(error instanceof ClosedError)) reportError(error);
  }
}

async function putAway() {
  const ending = close;
  close = null;
  await end(ending);
}

async function show(screen, ...rest) {
  const turn = (drawing += 1);
  await putAway();
  const body = h("div", { class: "body" });
  const next = await screen(body, ...rest);
  if (turn !== drawing) return end(next); // another screen was asked for meanwhile
  close = next ?? null;
  root.replaceChildren(body);
  window.scrollTo(0, 0);
  drawBar();
}

async function draw() {
  const [name, ...rest] = route();
  if (name === "leave" && !app.unlocked) return show(leaveScreen);
  if (!app.person) return show(firstScreen, { enter: opened });
  if (!app.unlocked) return show(lockScreen, { enter: opened });
  return show(SCREENS[name] ?? SCREENS[FIRST], ...rest);
}

// Nothing of anybody stays to be read or typed into, not even until the lock is drawn; a dialog would lie over it.
function locked() {
  root.replaceChildren();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  draw();
}

function opened() {
  lockDue = false;
  tell("unlocked");
  draw();
  navigator.storage?.persist?.();
}

// Who is signed in decides whose lock is drawn. Without an answer it is drawn from what the phone knows, and the answer may
// correct it later.
async function identify() {
  const last = await device.lastPerson();
  app.person = last !== null && (await device.person(last)) ? last : null;
  const asked = askSession(8000);
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, AT_ONCE))]);
  if (app.person !== null && (!session.user || session.user.id === app.person)) await draw();
  const user = await asked;
  if (user && user.id !== app.person && (await lock())) {
    app.person = (await device.person(user.id)) ? user.id : null;
    return draw();
  }
  if (app.person === null) await draw();
}

// A session that was alive and has ended locks once: at once, or when the form is left in which somebody types. Who then
// opens with his PIN goes on without a session, however often the signal comes and goes.
async function sessionChanged() {
  const ended = session.state === "out" && alive;
  if (session.state === "in") alive = true;
  if (session.state === "out") alive = false;
  if (!app.unlocked) return;
  if (session.state === "in" && session.user.id !== app.person) return (await lock()) && identify();
  if (!ended) return;
  lockDue = true;
  await lockIfDue();
}

async function lockIfDue() {
  if (!lockDue || !app.unlocked || route()[0] === "visit") return false;
  lockDue = !(await lock());
  return !lockDue;
}

async function main() {
  const results = await test();
  if (results.some((result) => result.must && !result.ok)) return show(brokenScreen, results);
  update.start();
  window.addEventListener("hashchange", async () => {
    await putAway();
    if (!(await lockIfDue())) draw();
  });
  on("locked", locked);
  on("redraw", draw);
  on("session", sessionChanged);
  on("update", () => !app.unlocked && !unsaved() && update.takeOver());
  await identify();
}

main();
