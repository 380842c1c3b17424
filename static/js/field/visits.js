// The visits on this phone that are not yet received: begun, changed, finished, taken back, deleted.
import { tell } from "./bus.js";
import { isComing } from "./coming.js";
import { dayOf, today } from "./dates.js";
import { refusedForGood, settled, toSend } from "./photo-states.js";
import { soon, waits } from "./saving.js";
import * as store from "./store.js";

const visits = new Map();
const dropped = new WeakSet(); // visits that are gone: what was still to be written of them is gone, too

export const WORDS = {
  draft: "填写中，已存手机",
  queued: "已存手机，待发送",
  sent: "已发送，照片未到齐",
  trouble: "需处理",
};

export const NO_FRAME = "手机里缺了这次走访的走访表，填不了也发不了。请截图告诉县里。";

export async function load() {
  visits.clear();
  for (const visit of await store.all("visits")) visits.set(visit.identity, visit);
}

// Begun and left as it was: nothing was typed, taken or chosen, and nothing is on its way.
export const empty = (visit) => visit.state === "draft" && !visit.ended_at && !isComing(visit.identity) && !(
  Object.values(visit.values).some((entry) => entry.mark) ||
  visit.photos.length > 0 || visit.amounts.length > 0 || visit.needs.length > 0 || visit.income || visit.signature ||
  Object.keys(visit.income_faults ?? {}).length > 0 ||
  [visit.remark, visit.problems, visit.promise?.text, visit.promise?.on, visit.companions, visit.late_reason].some(Boolean) ||
  visit.whole_away || visit.position || visit.happened_on !== dayOf(new Date(visit.started_at))
);

// Forms that were opened by mistake and never left, because the phone was locked or switched off: they go, but for the
// one at `address` and those that are open in a window.
export async function putAwayEmpty(address) {
  for (const visit of [...visits.values()].filter(empty)) {
    if (address.includes(visit.identity)) continue;
    await navigator.locks.request(formOf(visit.identity), { ifAvailable: true }, (lock) => lock && drop(visit.identity));
  }
}

// What only one window may have open at a time.
export const formOf = (identity) => `field-visit ${identity}`;

export function clear() {
  visits.clear();
}

// An empty form is no visit yet.
export function list() {
  return [...visits.values()].filter((visit) => !empty(visit)).sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
}

// A form that outlived the lock has copies of visits that are not these any more.
const holds = (visit) => visits.get(visit.identity) === visit;

// What comes late (a photo, a position) belongs to a visit only while it is being filled in: later it is sent, or gone.
export const open = (visit) => holds(visit) && visit.state === "draft";

export const one = (identity) => visits.get(identity) ?? null;
export const draftOf = (household) => list().find((visit) => visit.household === household && visit.state === "draft") ?? null;
export const waiting = () => list().filter((visit) => visit.state === "queued" || visit.state === "sent");
export const unsentPhotos = () => waiting().flatMap((visit) => visit.photos).filter(toSend).length;

// A person has to do something about it: the visit was refused, or one of its photos.
export const troubled = (visit) => visit.state === "trouble" || (visit.state === "sent" && visit.photos.some(refusedForGood));
export const wordsOf = (visit) => (visit.state === "sent" && troubled(visit) ? "照片没有收下，需处理" : WORDS[visit.state]);

// One write after another: an older state must never land on a newer one, nor on a visit that was dropped.
let last = Promise.resolve();

function inTurn(what) {
  last = last.catch(() => null).then(what);
  return last;
}

const unwritten = new Map(); // identity -> how many writes wait: what this window knows of it is newer than what lies there

// What is not written is never taken for written: a visit of data that are closed is an error.
async function write(visit) {
  const { identity } = visit;
  unwritten.set(identity, (unwritten.get(identity) ?? 0) + 1);
  try {
    await inTurn(() => {
      if (dropped.has(visit)) return null;
      if (!holds(visit)) throw new store.ClosedError();
      return visit.posted ? among(identity, () => writeAmong(visit)) : put(visit);
    });
  } finally {
    unwritten.set(identity, unwritten.get(identity) - 1);
  }
}

const put = (visit) => store.put("visits", { identity: visit.identity, state: visit.state, empty: empty(visit) }, visit);

// One window sends a visit while in another somebody decides about its photos: they write it one after the other.
const among = (identity, what) => navigator.locks.request(`field-keep ${identity}`, what);

async function writeAmong(visit) {
  const stored = await store.get("visits", visit.identity);
  if (!stored) return gone(visit);
  takeDecisions(visit, stored);
  return put(visit);
}

// Received, or deleted, in another window.
function gone(visit) {
  dropped.add(visit);
  visits.delete(visit.identity);
  return null;
}

// A decision about a photo, made in another window, wins over none.
function takeDecisions(visit, stored) {
  for (const theirs of stored.photos) {
    const mine = visit.photos.find((photo) => photo.identity === theirs.identity);
    if (!mine) visit.photos.push(theirs);
    else if (theirs.dropped_sent) mine.dropped_sent = true;
    else if (!settled(mine) && !mine.dropped && !mine.replaced_by) Object.assign(mine, { dropped: theirs.dropped, replaced_by: theirs.replaced_by });
  }
}

// What is under way holds on to photos of this visit: they become as they were stored, and stay the same.
function become(visit, stored) {
  const own = new Map(visit.photos.map((photo) => [photo.identity, photo]));
  const photos = stored.photos.map((photo) => (own.has(photo.identity) ? Object.assign(own.get(photo.identity), photo) : photo));
  return Object.assign(visit, stored, { photos });
}

// Something is decided about a photo of a visit that has left the hand, as it lies on the phone now. `what()` changes the
// visit and answers how to take it back, or null for nothing to decide any more. Answers whether it was decided.
export function decide(visit, what) {
  return inTurn(() => among(visit.identity, async () => {
    if (!holds(visit)) throw new store.ClosedError();
    const stored = await store.get("visits", visit.identity);
    if (!stored) gone(visit);
    if (!holds(visit)) throw new store.ClosedError();
    if (unwritten.get(visit.identity)) takeDecisions(visit, stored);
    else become(visit, stored);
    const undo = what();
    if (!undo) return false;
    try {
      await put(visit);
    } catch (error) {
      undo();
      throw error;
    }
    return true;
  })).finally(() => tell("queue"));
}

// As it lies on the phone now, or null: another window may have begun, changed, sent or deleted it. What was typed in
// this window and is not written yet is newer.
export function reread(identity) {
  const still = store.guard();
  return inTurn(async () => {
    const visit = visits.get(identity) ?? null;
    const before = JSON.stringify(visit);
    const stored = await store.get("visits", identity);
    still();
    if (visit && (waits(identity) || unwritten.get(identity) || JSON.stringify(visit) !== before)) return visit;
    if (visit && stored) return become(visit, stored);
    if (visit) dropped.add(visit);
    if (stored) visits.set(identity, stored);
    else visits.delete(identity);
    return stored ?? null;
  });
}

// Kept now; the caller waits for it. Typing goes through `changed`.
export async function keep(visit) {
  await write(visit);
  tell("queue");
}

export function changed(visit) {
  if (open(visit)) soon(visit.identity, () => write(visit));
}

// The visit of a household that is being filled in, or a new one. Tapped twice, or in two windows, it is begun once.
export function begin(household, form, whose) {
  const still = store.guard();
  return navigator.locks.request(`field-begin ${household.id}`, async () => {
    still();
    // Another window may have begun, finished or deleted one.
    const stored = (await store.outlines("visits")).map(({ identity }) => identity);
    for (const identity of new Set([...visits.keys(), ...stored])) await reread(identity);
    const here = [...visits.values()].filter((visit) => visit.household === household.id && visit.state === "draft");
    return here.find((visit) => !empty(visit)) ?? here[0] ?? (await fresh(household, form, whose));
  });
}

// The form and the household as they are today go with the visit: a new form, or copies that expired, do not touch it.
async function fresh(household, form, { year, user }) {
  const visit = {
    identity: crypto.randomUUID(),
    state: "draft",
    user,
    household: household.id,
    head: household.head,
    place: household.place,
    year,
    template: form.template.id,
    happened_on: today(),
    started_at: new Date().toISOString(),
    ended_at: null,
    way: "home",
    whole_away: false,
    late_reason: "",
    companions: "",
    values: {},
    amounts: [],
    income: null,
    needs: [],
    remark: "",
    problems: "",
    promise: null,
    signature: null,
    position: null,
    photos: [],
    posted: false, // it may be at the server: `payload` is what was sent, and is sent again as it was
    payload: null,
    errors: null,
  };
  const still = store.guard();
  await store.put("frames", { identity: visit.identity }, { household, ...form });
  still();
  visits.set(visit.identity, visit);
  await keep(visit);
  return visit;
}

export const frameOf = (identity) => store.get("frames", identity);

export async function finish(visit) {
  if (!open(visit)) throw new store.ClosedError();
  visit.ended_at ??= new Date().toISOString();
  visit.state = "queued";
  const errors = visit.errors;
  visit.errors = null;
  try {
    await keep(visit);
  } catch (error) {
    Object.assign(visit, { state: "draft", errors }); // not written: not finished
    throw error;
  }
}

// Back to typing, as long as the server cannot have it.
export async function reopen(visit) {
  if (!(await reread(visit.identity)) || visit.posted) return false;
  visit.state = "draft";
  await keep(visit);
  return true;
}

// Received, or deleted by hand: the visit, its frame and photos leave the phone.
export async function drop(identity) {
  const visit = visits.get(identity);
  if (!visit) throw new store.ClosedError();
  dropped.add(visit);
  await inTurn(async () => {
    await store.removeVisit(identity);
    visits.delete(identity);
  });
  tell("queue");
}
