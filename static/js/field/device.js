// What this browser knows of the people who work on it: a number, a lock, wrong PINs. No names, nothing to be read.
import { openDB } from "../../vendor/idb/index.js";

const NAME = "field-device";
const FREE_TRIES = 4;
const FIRST_PAUSE = 30; // seconds after the fifth wrong PIN; doubled with each further one
const LONGEST_PAUSE = 3600;

let opening = null;

function database() {
  opening ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("people", { keyPath: "id" });
      db.createObjectStore("facts");
    },
    blocking() {
      opening?.then((db) => db.close());
      opening = null;
    },
    terminated() {
      opening = null;
    },
  });
  return opening;
}

// Who worked here last, or null: his PIN is asked for while there is no network to say who is signed in.
export async function lastPerson() {
  return (await (await database()).get("facts", "last")) ?? null;
}

export async function setLastPerson(id) {
  const db = await database();
  if (id === null) return db.delete("facts", "last");
  return db.put("facts", id, "last");
}

// A number of this browser by which the office tells one phone of a person from another.
export async function phone() {
  const change = (await database()).transaction("facts", "readwrite");
  const known = await change.store.get("phone");
  const number = known ?? crypto.randomUUID();
  if (!known) await change.store.put(number, "phone");
  await change.done;
  return number;
}

// What the office was last told of visits that wait here: counts and days; "" when it expects none.
export async function said(id) {
  return (await (await database()).get("facts", `said ${id}`)) ?? "";
}

export async function setSaid(id, words) {
  const db = await database();
  if (!words) return db.delete("facts", `said ${id}`);
  return db.put("facts", words, `said ${id}`);
}

export async function person(id) {
  return (await (await database()).get("people", id)) ?? null;
}

export async function people() {
  return (await database()).getAllKeys("people");
}

export async function keepLock(id, lock) {
  await (await database()).put("people", { id, lock, wrong: 0, until: 0 });
}

export async function forget(id) {
  await (await database()).delete("people", id);
  if ((await lastPerson()) === id) await setLastPerson(null);
}

// Seconds until another PIN may be tried, 0 for now. A clock set back does not shorten the pause for ever.
export async function pause(id) {
  const one = await person(id);
  const left = Math.ceil(((one?.until ?? 0) - Date.now()) / 1000);
  return Math.min(Math.max(left, 0), LONGEST_PAUSE);
}

// Counted before the answer is known: closing the page in between gains no try.
export async function countTry(id) {
  const db = await database();
  const change = db.transaction("people", "readwrite");
  const one = await change.store.get(id);
  one.wrong += 1;
  const over = one.wrong - FREE_TRIES;
  if (over > 0) one.until = Date.now() + Math.min(FIRST_PAUSE * 2 ** (over - 1), LONGEST_PAUSE) * 1000;
  await change.store.put(one);
  await change.done;
}

export async function clearTries(id) {
  const one = await person(id);
  await (await database()).put("people", { ...one, wrong: 0, until: 0 });
}
