// The visits on this phone that are not yet received: begun, changed, finished, taken back, deleted.
import { tell } from "./bus.js";
import { today } from "./dates.js";
import { soon, waits } from "./saving.js";
import * as store from "./store.js";

const visits = new Map();
const dropped = new WeakSet(); // visits that are gone: what was still to be written of them is gone, too

export const WORDS = {
  draft: "填写中，已存手机",
  queued: "已存手机，待发送",
  sent: "已发送，照片未到齐",
  received: "已收到",
  trouble: "需处理",
};

export const NO_FRAME = "手机里缺了这次走访的走访表，填不了也发不了。请截图告诉县里。";

export async function load() {
  visits.clear();
  for (const visit of await store.all("visits")) visits.set(visit.identity, visit);
}

export function clear() {
  visits.clear();
}

export function list() {
  return [...visits.values()].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
}

// A form that outlived the lock has copies of visits that are not these any more.
const holds = (visit) => visits.get(visit.identity) === visit;

export const one = (identity) => visits.get(identity) ?? null;
export const draftOf = (household) => list().find((visit) => visit.household === household && visit.state === "draft") ?? null;
export const waiting = () => list().filter((visit) => visit.state === "queued" || visit.state === "sent");
export const unsentPhotos = () => waiting().flatMap((visit) => visit.photos).filter((photo) => !photo.sent).length;

// One write after another: an older state must never land on a newer one, nor on a visit that was dropped.
let last = Promise.resolve();

function inTurn(what) {
  last = last.catch(() => null).then(what);
  return last;
}

// What is not written is never taken for written: a visit of data that are closed is an error.
function write(visit) {
  return inTurn(() => {
    if (dropped.has(visit)) return null;
    if (!holds(visit)) throw new store.ClosedError();
    const { identity, state } = visit;
    return store.put("visits", { identity, state }, visit);
  });
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
    if (visit && (waits(identity) || JSON.stringify(visit) !== before)) return visit;
    if (visit && stored) return Object.assign(visit, stored);
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

// The form is put away with the lock: what comes after it (a position, a photo) has nobody to show it to.
export function changed(visit) {
  if (holds(visit)) soon(visit.identity, () => write(visit));
}

// The form and the household as they are today go with the visit: a new form, or copies that expired, do not touch it.
export async function begin(household, form, { year, user }) {
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
    posted: false,
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
  visit.ended_at ??= new Date().toISOString();
  visit.state = "queued";
  visit.errors = null;
  await keep(visit);
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
