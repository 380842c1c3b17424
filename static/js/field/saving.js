// Writes what is typed, at once and again while more comes: never two writes at a time, nothing waits for a button.
//
// What cannot be written stays here, in memory, and is tried again; the strip says so until it is on the phone.
import { tell } from "./bus.js";
import { isComing, PHOTO } from "./coming.js";
import { FullError } from "./store.js";

const AGAIN_AFTER = 4000;
const PAUSE = 60; // ms: a word typed quickly is one write, and a page that is put away has lost at most this
const waiting = new Map(); // identity -> how to write it
let running = null;
let timer = null;

export const saving = { at: null, failure: "" };

export const unsaved = () => waiting.size > 0 || running !== null || isComing(null, PHOTO);

export const waits = (identity) => waiting.has(identity);

export function soon(identity, write) {
  waiting.set(identity, write);
  clearTimeout(timer);
  timer = setTimeout(now, PAUSE);
  tell("saved");
}

// Everything that waits is written; answers whether nothing is left.
export async function now() {
  clearTimeout(timer);
  running ??= drain().finally(() => {
    running = null;
    tell("saved");
  });
  await running;
  return waiting.size === 0;
}

async function drain() {
  while (waiting.size) {
    const [identity, write] = waiting.entries().next().value;
    waiting.delete(identity);
    try {
      await write();
      saving.at = new Date();
      saving.failure = "";
    } catch (error) {
      if (!waiting.has(identity)) waiting.set(identity, write);
      saving.failure = error instanceof FullError ? "full" : "failed";
      timer = setTimeout(now, AGAIN_AFTER);
      return;
    }
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") now();
});
window.addEventListener("pagehide", () => now());
// Only what is not on the phone is worth a question.
window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});
