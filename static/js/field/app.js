// Who works here now, and whether the data are open. Opening and locking, nothing else.
import { tell } from "./bus.js";
import { allIn, PHOTO } from "./coming.js";
import * as device from "./device.js";
import * as pack from "./pack.js";
import * as saving from "./saving.js";
import * as store from "./store.js";
import * as sync from "./sync.js";
import { newLock, openLock } from "./vault.js";
import * as visits from "./visits.js";

const PHOTO_PATIENCE = 30000; // ms

export const app = { person: null, unlocked: false };

async function enter(id, key) {
  await store.open(id, key);
  await Promise.all([visits.load(), pack.load()]);
  Object.assign(app, { person: id, unlocked: true });
  await visits.putAwayEmpty(location.hash);
  await device.setLastPerson(id);
  sync.start(id);
}

// "", or why this PIN will not do. Without network it is the PIN that says who it is: no two people of a phone may have
// the same. Each question counts as a try at the other's lock, or it would be a way to guess his.
export async function takenPin(id, pin) {
  for (const other of (await device.people()).filter((one) => one !== id)) {
    const seconds = await device.pause(other);
    if (seconds) return `试得太多，请等 ${seconds} 秒再设。`;
    await device.countTry(other);
    const { lock } = await device.person(other);
    if (await openLock(lock, pin)) return "这个解锁密码不能用，请换一个。";
  }
  return "";
}

// The first time on this phone: a key, a PIN, an empty database.
export async function begin(id, pin) {
  const { lock, key } = await newLock(pin);
  await device.keepLock(id, lock);
  await enter(id, key);
}

// true, or false for a wrong PIN. Wrong ones are counted before the answer is known.
export async function unlock(id, pin) {
  const { lock } = await device.person(id);
  await device.countTry(id);
  const key = await openLock(lock, pin);
  if (!key) return false;
  await device.clearTries(id);
  await enter(id, key);
  return true;
}

// What is typed is written first; then the key is gone from memory. false: something cannot be written, and must not be
// lost with the key.
export async function lock() {
  if (!app.unlocked) return true;
  // A photo taken by a phone's camera page lies nowhere else.
  await Promise.race([allIn(null, PHOTO), new Promise((resolve) => setTimeout(resolve, PHOTO_PATIENCE))]);
  if (!(await saving.now())) return false;
  if (!app.unlocked) return true;
  sync.stop();
  store.close();
  visits.clear();
  pack.clear();
  app.unlocked = false;
  tell("locked");
  return true;
}

// Everything of this person leaves the phone; unsent visits only after he said so himself.
export async function leave() {
  sync.stop();
  visits.clear();
  pack.clear();
  await store.wipe(app.person);
  await device.forget(app.person);
  Object.assign(app, { person: null, unlocked: false });
}
