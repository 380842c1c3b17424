// Sends what waits: the visits, then their photos one by one. A visit counts as received when the server says so.
//
// Everything may be cut off at any point and is simply done again: the server knows visits and photos by the identity
// that this phone gave them.
import { messageOf } from "./another-photo.js";
import { on, tell } from "./bus.js";
import * as messages from "./messages.js";
import * as pack from "./pack.js";
import { payload } from "./payload.js";
import { refusedForGood, settled, toSend as sendable } from "./photo-states.js";
import * as saving from "./saving.js";
import { askSession, call, NoNetwork, Refused, ServerFault, session, SignedOut } from "./session.js";
import * as store from "./store.js";
import { tellUnsent } from "./unsent.js";
import { inWords, keyOf } from "./values.js";
import * as visits from "./visits.js";

const SYNC = "/api/v1/visits/sync";
const AT_ONCE = 10; // visits in a request: small enough to get through over a poor network
const BACK_OFF = [5, 15, 45, 120, 300]; // seconds
const DONE = ["received", "inbox"];
const SERVER_FAULT = "服务器出错，稍后自动再发；一直不行请告诉县里";
const NOT_THIS_PHOTO = [404, 413, 415, 422];
const CUT = ["another_photo", "not_found"]; // says nothing of the photo itself: it is sent again by itself, so many times
const MOST_CUTS = 3;
const NOT_WHOLE = "照片没有传完整，稍后自动再发";
const OPEN = ["conflict", "refused", "held"]; // outcomes of a fact that a person decides about

// The server could not keep a visit that has nothing wrong with it.
class Later extends Error {}

export const sending = { busy: false, said: "", photo: "", pack: "" };

let failures = 0;
let byHand = false;
let timer = null;
let person = null;
let held = false; // somebody is about to delete what waits
let ending = null; // AbortController of what is under way for this person: it ends with the lock

const photoAddress = (visit, photo, what = "") => `/api/v1/visits/${visit}/photos/${photo}${what}`;
const visitAddress = (visit) => `/api/v1/visits/${visit}`;

function say(busy, said = "", photo = "") {
  Object.assign(sending, { busy, said, photo });
  tell("queue");
}

export function start(id) {
  person = id;
  ending = new AbortController();
  failures = 0;
  byHand = false;
  held = false;
  Object.assign(sending, { said: "", photo: "", pack: "" });
  soon(0);
}

// What is on its way may arrive; what comes of it is asked for again by whoever sent it.
export function stop() {
  person = null;
  ending?.abort(new store.ClosedError());
  clearTimeout(timer);
}

function soon(seconds) {
  clearTimeout(timer);
  if (person !== null) timer = setTimeout(send, seconds * 1000);
}

// While somebody is about to delete what waits, a network that comes back must not send it under his finger.
export function hold(on) {
  held = on;
  if (!on) soon(0);
}

// By hand, or because the network is back: the pauses begin anew.
export function sendNow() {
  failures = 0;
  byHand = true;
  clearTimeout(timer);
  return send();
}

window.addEventListener("online", () => person !== null && sendNow());
on("queue added", () => sendNow());

export async function send() {
  if (person === null || held) return;
  if (sending.busy) return soon(BACK_OFF[0]);
  // Two windows of the same pages: one sends.
  await navigator.locks.request("field-send", { ifAvailable: true }, async (lock) => {
    if (person === null) return;
    if (!lock) return soon(BACK_OFF[0]);
    say(true, "正在连接");
    let said = "";
    try {
      try {
        await sendAll(ending.signal);
      } finally {
        await sayWhatWaits(ending.signal);
      }
      failures = 0;
      byHand = false;
      if (toSend().length) again();
    } catch (error) {
      if (error instanceof store.ClosedError) return;
      said = told(error, "没有发送成，稍后自动再发");
      if (!(error instanceof SignedOut)) again(); // signed in again, it is sent after the lock
    } finally {
      say(false, said);
    }
  });
}

// What waits is said to the office whatever became of the sending; that it could not be said holds nothing back. Never
// under another's name, who may have signed in meanwhile.
async function sayWhatWaits(stop) {
  if (session.state !== "in" || session.user.id !== person || stop.aborted) return;
  await tellUnsent(person, stop).catch(() => null);
}

function again() {
  soon(BACK_OFF[Math.min(failures, BACK_OFF.length - 1)]);
  failures += 1;
}

// What nobody thought of is reported, and said in the words of whoever asks.
function told(error, otherwise) {
  if (error instanceof NoNetwork) return "网络不通，稍后自动再发";
  if (error instanceof ServerFault) return SERVER_FAULT;
  if (error instanceof SignedOut) return "登录已过期，登录后继续发送";
  if (error instanceof Refused || error instanceof Later) return error.message;
  if (error instanceof store.FullError) return "手机存储已满";
  reportError(error);
  return otherwise;
}

// `stop` is of the person whose visits these are: after each wait it throws when he is no longer the one who works here.
async function sendAll(stop) {
  const user = await askSession();
  stop.throwIfAborted();
  if (!user) throw whyNobody();
  if (user.id !== person) throw new SignedOut();
  await saving.now();
  for (const { identity } of toSend()) {
    stop.throwIfAborted();
    await visits.reread(identity); // another window may have sent it, or opened it to change it
  }
  stop.throwIfAborted();
  const queued = toSend();
  const late = [];
  for (let from = 0; from < queued.length; from += AT_ONCE) late.push(...(await sendBatch(queued.slice(from, from + AT_ONCE), stop)));
  if (late.length) throw new Later([...new Set(late)].join(" "));
}

function whyNobody() {
  if (session.state === "offline") return new NoNetwork();
  if (session.state === "failed") return new ServerFault();
  return session.state === "refused" ? new Refused(403, { message: session.said }) : new SignedOut();
}

// A photo that was not accepted is tried again by hand only; its visit stays, and says so.
const stuck = (visit) => visit.photos.some(refusedForGood) && visit.photos.every((photo) => settled(photo) || refusedForGood(photo) || photo.replaced_by);
const toSend = () => visits.waiting().filter((visit) => byHand || !stuck(visit));

// Answers in words why some of them wait here still: they are sent again by themselves.
async function sendBatch(batch, stop) {
  say(true, "正在发送走访");
  const late = [];
  const ready = [];
  for (const visit of batch) await alone(late, stop, async () => (await made(visit)) && ready.push(visit));
  let results = null;
  try {
    results = await post(ready, stop);
  } catch (error) {
    // One of them may be what the server stumbles over: the others do not wait for it.
    if (!(error instanceof ServerFault) || ready.length < 2) throw error;
    for (const visit of ready) await alone(late, stop, async () => late.push(...(await sendBatch([visit], stop))));
    return late;
  }
  const taken = [];
  for (const visit of ready) {
    const result = results.get(visit.identity);
    await alone(late, stop, async () => {
      if (!result) late.push(SERVER_FAULT);
      else if (result.state === "later") late.push(await later(visit, result));
      else if (result.state === "refused") await refuse(visit, result.errors);
      else taken.push([visit, await take(visit, result), result]);
    });
  }
  // First every visit, then the photos, however long they take.
  for (const [visit, announced, result] of taken) await alone(late, stop, () => sendPhotos(visit, announced, result, stop, late));
  return late;
}

// What goes wrong with one visit holds back no other; without network, or for somebody else, none goes on.
async function alone(late, stop, what) {
  try {
    await what();
  } catch (error) {
    if (error instanceof NoNetwork || error instanceof SignedOut || error instanceof store.ClosedError || error instanceof store.FullError) throw error;
    stop.throwIfAborted();
    late.push(told(error, "没有发送成，稍后自动再发"));
  }
}

async function post(ready, stop) {
  if (!ready.length) return new Map();
  const sent_at = new Date().toISOString();
  const body = await call(SYNC, { method: "POST", json: { visits: ready.map((visit) => ({ ...visit.payload, sent_at })) }, stop });
  return new Map(body.results.map((result) => [result.identity, result]));
}

// What is sent is made once: an answer that is lost must let nothing be changed, or the server would meet another content
// under the same identity. Answers whether it can be sent.
async function made(visit) {
  const frame = await visits.frameOf(visit.identity);
  if (!frame) await refuse(visit, { frame: [visits.NO_FRAME] });
  else if (!visit.posted || !visit.payload) {
    Object.assign(visit, { posted: true, payload: payload(visit, frame) });
    await visits.keep(visit);
  }
  return Boolean(frame);
}

// Nothing of it is there: it may be changed again.
async function later(visit, result) {
  Object.assign(visit, { posted: false, payload: null });
  await visits.keep(visit);
  return Object.values(result.errors).flat().join(" ");
}

// The server has the visit. Answers which photos it was told of: of another it has nothing.
async function take(visit, result) {
  visit.state = "sent";
  const missing = new Set(result.missing_photos ?? []);
  const told = visit.photos.filter((photo) => photo.announced || missing.has(photo.identity)).map((photo) => photo.identity);
  const announced = new Set([...visit.payload.photos.map((photo) => photo.identity), ...told]);
  for (const photo of visit.photos) {
    if (photo.dropped_sent || photo.replaced) continue;
    // What was decided of it here is said to the server, not read from it.
    photo.sent = announced.has(photo.identity) && !missing.has(photo.identity) && !photo.replaced_by;
  }
  await visits.keep(visit);
  return announced;
}

async function sendPhotos(visit, announced, result, stop, late) {
  let { state } = result;
  for (const { identity } of [...visit.photos]) {
    const photo = visit.photos.find((one) => one.identity === identity); // as it is now: it may have been decided about
    if (!photo || settled(photo)) continue;
    await alone(late, stop, async () => {
      state = (await sayGone(visit, photo, announced, stop)) ?? state;
      if (!announced.has(identity) || settled(photo) || photo.dropped || photo.replaced_by) return;
      if (sendable(photo) || byHand) state = (await sendPhoto(visit, photo, stop)) ?? state;
    });
  }
  if (visit.photos.length && !DONE.includes(state)) ({ state } = await call(visitAddress(visit.identity), { stop }));
  if (!DONE.includes(state)) return;
  const frame = await visits.frameOf(visit.identity);
  await receive(visit, frame, { ...result, state }, announced);
}

// What was decided about a photo that is not accepted: it is given up, or this one is in its place.
async function sayGone(visit, photo, announced, stop) {
  if (photo.dropped) {
    const { state } = await call(photoAddress(visit.identity, photo.identity, "/give-up"), { method: "POST", json: { reason: photo.dropped }, stop });
    photo.dropped_sent = true;
    await visits.keep(visit);
    return state;
  }
  if (!photo.replaces || photo.announced || !(sendable(photo) || byHand)) return null;
  const old = visit.photos.find((one) => one.identity === photo.replaces);
  const { identity, sha256, bytes, taken_at, kind } = photo;
  try {
    const { state } = await call(photoAddress(visit.identity, photo.replaces, "/replacement"), { method: "POST", json: { identity, sha256, bytes, taken_at, kind }, stop });
    photo.announced = true;
    if (old) old.replaced = true;
    announced.add(identity);
    await visits.keep(visit);
    return state;
  } catch (error) {
    if (!saysOfPhoto(error)) throw error;
    const { missing_photos, state } = await call(visitAddress(visit.identity), { stop });
    // It has come after all, or was decided about elsewhere: it is not waited for any more.
    if (old && !missing_photos.includes(old.identity)) Object.assign(old, { replaced_by: "", sent: true });
    if (error.body.code === "arrived") {
      photo.dropped_sent = true;
      await visits.keep(visit);
    } else await refusePhoto(visit, photo, error.message);
    return state;
  }
}

// Our server said it, of this photo; what stands between it and the phone answers without a code.
const saysOfPhoto = (error) => error instanceof Refused && NOT_THIS_PHOTO.includes(error.status) && typeof error.body?.code === "string";

// null: the phone itself cannot read it any more.
async function bytesOf(photo) {
  try {
    return (await store.getBytes("photos", photo.identity)) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") return null;
    throw error;
  }
}

async function sendPhoto(visit, photo, stop) {
  const bytes = await bytesOf(photo);
  if (bytes === null) return refusePhoto(visit, photo, "这张照片在手机里读不出来了。");
  const [index, count] = [visit.photos.indexOf(photo) + 1, visit.photos.length];
  say(true, "正在发送照片", `${index}/${count}`);
  try {
    const { state } = await call(photoAddress(visit.identity, photo.identity), { method: "PUT", bytes, type: photo.type, stop });
    const { refused } = photo;
    Object.assign(photo, { sent: true, refused: "" });
    await visits.keep(visit);
    if (refused) await messages.settle(messageOf(photo)); // accepted after all: nothing is to be decided any more
    return state;
  } catch (error) {
    if (!saysOfPhoto(error)) throw error;
    if (CUT.includes(error.body.code)) {
      photo.cuts = (photo.cuts ?? 0) + 1;
      await visits.keep(visit);
      if (photo.cuts < MOST_CUTS) throw new Later(NOT_WHOLE);
    }
    return refusePhoto(visit, photo, error.message);
  }
}

// One photo that is not accepted must not hold back the others, and must be seen.
async function refusePhoto(visit, photo, said) {
  photo.refused = said;
  await visits.keep(visit);
  await messages.add({ key: messageOf(photo), kind: "photo", settled: false, ...whose(visit), said });
  return null;
}

const whose = (visit) => ({ head: visit.head, place: visit.place, happened_on: visit.happened_on, visit: visit.identity });

async function refuse(visit, errors) {
  Object.assign(visit, { state: "trouble", posted: false, payload: null, errors });
  await visits.keep(visit);
  await messages.add({ key: `refused ${visit.identity}`, kind: "refused", settled: false, ...whose(visit), errors });
}

// First the note of it, then the visit goes: cut off in between, it is only asked about once more.
async function receive(visit, frame, result, announced) {
  const open = (result.facts ?? []).filter((fact) => OPEN.includes(fact.outcome));
  await messages.add({
    key: `received ${visit.identity}`,
    kind: result.state,
    settled: result.state === "received" && open.length === 0,
    ...whose(visit),
    verdict: result.verdict,
    closed: result.closed ?? [],
    open: result.open ?? [],
    facts: open.map((fact) => named(fact, visit, frame)),
    id: result.visit,
  });
  // Nothing leaves the phone that the server did not receive.
  for (const photo of visit.photos) photo.sent ||= announced.has(photo.identity); // it waits for none of which it was told
  const left = visit.photos.filter((photo) => !settled(photo));
  for (const photo of visit.photos) if (photo.refused || !settled(photo)) await messages.settle(messageOf(photo));
  if (!left.length) return visits.drop(visit.identity);
  const why = left.map((photo) => photo.refused).filter(Boolean);
  Object.assign(visit, { state: "trouble", errors: { photos: [`走访已收到。有 ${left.length} 张照片没有随它送出，还在这台手机里：要留的请先截图，再删除。`, ...new Set(why)] } });
  return visits.keep(visit);
}

// A fact in words: whose it is, what was asked, what this phone said.
function named(fact, visit, frame) {
  const questions = frame.template.blocks.flatMap((block) => block.questions ?? []);
  const question = questions.find((one) => one.field === fact.field);
  const member = frame.household.members.find((one) => one.id === fact.member);
  const entry = question && visit.values[keyOf(question, fact.member)];
  const typed = entry ? inWords(entry.value, question, frame.options) : "";
  return { ...fact, label: question?.label ?? fact.field, whose: member?.name ?? "", typed };
}

// New copies once everything is away; without network those on the phone serve.
export async function refreshPack() {
  sending.pack = "";
  try {
    await pack.refresh(person);
  } catch (error) {
    if (error instanceof store.ClosedError) return error.message;
    sending.pack = told(error, "手机上出了问题，请再试一次");
    tell("pack");
  }
  return sending.pack;
}
