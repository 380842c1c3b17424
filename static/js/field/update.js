// Keeps the pages themselves up to date. A new version waits until nothing is being typed; what was typed lies in
// IndexedDB and is not touched by it.
import { tell } from "./bus.js";

export const version = document.querySelector("meta[name=field-version]")?.content ?? "";
export const update = { ready: false, kept: false };

let registration = null;
let taking = false;

function noteWaiting() {
  update.ready = Boolean(registration?.waiting && navigator.serviceWorker.controller);
  tell("update");
}

function follow(worker) {
  worker?.addEventListener("statechange", noteWaiting);
}

export async function start() {
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that came from the network: the same version, nothing to do.
    if (hadOne && taking) location.reload();
  });
  try {
    registration = await navigator.serviceWorker.register("/sw.js", { scope: "/field/", updateViaCache: "none" });
  } catch {
    return; // without network the one that is here serves
  }
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  follow(registration.waiting);
  noteWaiting();
  navigator.serviceWorker.ready.then(() => {
    update.kept = true;
    tell("update");
  });
}

// Asks whether there is a new one; no network, no answer.
export async function look() {
  try {
    await registration?.update();
  } catch {
    return;
  }
}

// Only called where nothing is being typed: on the lock screen, or because somebody pressed the button.
export function takeOver() {
  if (!registration?.waiting) return false;
  taking = true;
  registration.waiting.postMessage("take over");
  return true;
}
