// Locks what lies around: after some minutes without a touch, also those spent in another app.
import { app, lock } from "./app.js";

const MINUTES = 10;
const LOOK_EVERY = 15000;
let touched = Date.now();

for (const name of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
}

function look() {
  if (app.unlocked && Date.now() - touched > MINUTES * 60000) lock();
}

setInterval(look, LOOK_EVERY);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
