// One person's data in IndexedDB. Everything but keys, states and days is ciphertext.
//
// visits: what is being typed, until it is received; frames: the household and form as they were when the visit was
// begun; photos; copies: households, to be had again; messages: what came back; settings.
import { deleteDB, openDB } from "../../vendor/idb/index.js";
import { openBytes, openValue, sealBytes, sealValue } from "./vault.js";

const PREFIX = "field-person-";
const VERSION = 1;
const STORES = { visits: "identity", frames: "identity", photos: "identity", copies: "key", messages: "key", settings: "key" };

let current = null; // {person, key, opening} of whoever has unlocked this window
let makeRoom = async () => false;

// Locked, or opened anew, since it was begun.
export class ClosedError extends Error {
  constructor() {
    super("手机已锁定");
    this.name = "ClosedError";
  }
}

// Nothing more fits, also after everything that can be had again was dropped.
export class FullError extends Error {
  constructor() {
    super("手机存储已满");
    this.name = "FullError";
  }
}

const nameOf = (person) => PREFIX + person;

function connect(person, terminated) {
  return openDB(nameOf(person), VERSION, {
    upgrade(database) {
      for (const [store, keyPath] of Object.entries(STORES)) {
        const one = database.createObjectStore(store, { keyPath });
        if (store === "photos") one.createIndex("visit", "visit");
      }
    },
    blocking(_current, _blocked, event) {
      event.target.close();
    },
    terminated,
  });
}

export async function open(person, dataKey) {
  current = { person, key: dataKey, opening: null };
  await database(current);
}

export function close() {
  current?.opening?.then((db) => db.close(), () => null);
  current = null;
}

// The data as they are open now. Work that waits in between holds on to them, so that it never goes on in another's.
function held(mine = current) {
  if (!mine || mine !== current) throw new ClosedError();
  return mine;
}

// The browser may end a connection by itself, when memory is short: the next one who needs it opens it again.
async function database(mine) {
  const lost = () => (mine.opening = null);
  mine.opening ??= connect(mine.person, lost);
  const db = await mine.opening.catch((error) => {
    lost();
    throw error;
  });
  held(mine);
  return db;
}

// For work of several steps: throws as soon as these are no longer the data with which it began.
export function guard() {
  const mine = held();
  return () => void held(mine);
}

// What to drop when the phone is full; answers whether anything was dropped.
export function whenFull(drop) {
  makeRoom = drop;
}

const full = (error) => error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";

async function write(mine, store, record) {
  const db = await database(mine);
  // A transaction may only fail when it is committed: put() alone would promise too early. Strict: on the disk, not
  // in the browser's memory, before the page says that it is kept.
  const change = db.transaction(store, "readwrite", { durability: "strict" });
  await Promise.all([change.store.put(record), change.done]);
}

async function writeOrMakeRoom(mine, store, record) {
  try {
    return await write(mine, store, record);
  } catch (error) {
    if (!full(error)) throw error;
  }
  const made = await makeRoom(store);
  if (!made) throw new FullError();
  try {
    return await write(mine, store, record);
  } catch (error) {
    throw full(error) ? new FullError() : error;
  }
}

// `plain` holds the key path and what may be read without a PIN; `secret` is sealed.
export async function put(store, plain, secret) {
  const mine = held();
  const id = plain[STORES[store]];
  await writeOrMakeRoom(mine, store, { ...plain, sealed: await sealValue(mine.key, secret, `${store}/${id}`) });
}

export async function putBytes(store, plain, bytes) {
  const mine = held();
  const id = plain[STORES[store]];
  await writeOrMakeRoom(mine, store, { ...plain, sealed: await sealBytes(mine.key, bytes, `${store}/${id}`) });
}

export async function get(store, id) {
  const mine = held();
  const record = await (await database(mine)).get(store, id);
  return record && openValue(mine.key, record.sealed, `${store}/${id}`);
}

export async function getBytes(store, id) {
  const mine = held();
  const record = await (await database(mine)).get(store, id);
  return record && openBytes(mine.key, record.sealed, `${store}/${id}`);
}

export async function all(store) {
  const mine = held();
  const records = await (await database(mine)).getAll(store);
  return Promise.all(records.map((record) => openValue(mine.key, record.sealed, `${store}/${record[STORES[store]]}`)));
}

// The readable side of every record, without its content.
export async function outlines(store) {
  const db = await database(held());
  const found = [];
  for (let at = await db.transaction(store).store.openCursor(); at; at = await at.continue()) {
    const { sealed, ...plain } = at.value;
    found.push(plain);
  }
  return found;
}

export async function mark(store, id, changes) {
  const change = (await database(held())).transaction(store, "readwrite", { durability: "strict" });
  const record = await change.store.get(id);
  if (record) await change.store.put({ ...record, ...changes });
  await change.done;
}

export async function remove(store, ...ids) {
  const change = (await database(held())).transaction(store, "readwrite");
  await Promise.all([...ids.map((id) => change.store.delete(id)), change.done]);
}

// A visit with its frame and photos, all at once: cut off in between, all of it is still there.
export async function removeVisit(identity) {
  const change = (await database(held())).transaction(["visits", "frames", "photos"], "readwrite");
  const photos = await change.objectStore("photos").index("visit").getAllKeys(identity);
  const gone = [["visits", identity], ["frames", identity], ...photos.map((photo) => ["photos", photo])];
  await Promise.all([...gone.map(([store, id]) => change.objectStore(store).delete(id)), change.done]);
}

// How many visits of somebody are not yet received: asked before a PIN is known, so only what is readable is read.
export async function unsentOf(person) {
  const known = await indexedDB.databases?.();
  if (known && !known.some((one) => one.name === nameOf(person))) return 0;
  const database = await connect(person);
  const visits = await database.getAll("visits");
  database.close();
  return visits.filter((visit) => !visit.empty).length;
}

// Everything of one person leaves this phone.
export async function wipe(person) {
  close();
  await deleteDB(nameOf(person));
}
