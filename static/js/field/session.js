// Talks to the server: who is signed in, and requests that say plainly why they failed.
import { tell } from "./bus.js";

const PATIENCE = 30000; // ms for an answer
const PHOTO_PATIENCE = 180000; // a photo over a village's network
const SESSION = "/api/v1/session";

export const session = { state: "unknown", user: null, csrf: "", said: "" }; // unknown | in | out | offline | failed | refused

// No answer at all, or not from our server.
export class NoNetwork extends Error {}
// The server is there and failed; what was sent may have arrived or not.
export class ServerFault extends Error {}
export class SignedOut extends Error {}
export class Refused extends Error {
  constructor(status, body) {
    super(sentence(body) || `服务器没有接受（${status}）`);
    this.status = status;
    this.body = body;
  }
}

// An error of ours: {message, fields: {name: [words]}}.
function sentence(body) {
  if (!body || typeof body !== "object") return "";
  const fields = Object.values(body.fields ?? {}).flat().filter((part) => typeof part === "string");
  return [...new Set(fields.length ? fields : [body.message ?? ""])].join(" ");
}

function become(state, more = {}) {
  const before = `${session.state} ${session.user?.id}`;
  Object.assign(session, { said: "" }, more, { state });
  if (`${state} ${session.user?.id}` !== before) tell("session", session);
}

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    return null;
  }
}

// Ends after so many ms, or when whoever asked is told to stop.
function ends(patience, stop) {
  const late = AbortSignal.timeout(patience);
  if (!stop) return late;
  const either = new AbortController();
  for (const one of [late, stop]) one.addEventListener("abort", () => either.abort(one.reason));
  return either.signal;
}

// `tagged`: {body, tag}, or null when what the caller has (If-None-Match) still stands. `stop`: throws its reason.
export async function call(path, { method = "GET", json, bytes, type, patience = PATIENCE, headers = {}, tagged = false, stop } = {}) {
  stop?.throwIfAborted();
  const sent = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRFToken"] = session.csrf;
  if (json !== undefined) sent["Content-Type"] = "application/json";
  else if (type) sent["Content-Type"] = type;
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: sent,
      body: json === undefined ? bytes : JSON.stringify(json),
      credentials: "same-origin",
      cache: "no-store", // the browser's own cache is not encrypted
      redirect: "error",
      signal: ends(bytes ? PHOTO_PATIENCE : patience, stop),
    });
  } catch (error) {
    stop?.throwIfAborted();
    become("offline");
    throw new NoNetwork(error.message);
  }
  const body = await bodyOf(answer);
  stop?.throwIfAborted();
  if (answer.status === 401) {
    become("out", { user: null });
    throw new SignedOut();
  }
  if (answer.status === 304 || answer.status === 204) return null; // the same; done, nothing to say
  if (answer.status >= 500) throw new ServerFault(String(answer.status));
  if (!answer.ok) throw new Refused(answer.status, body);
  if (body === null) throw new NoNetwork("cut off, or the sign-in page of somebody's network");
  return tagged ? { body, tag: answer.headers.get("ETag") } : body;
}

// Asks who is signed in. Answers the user or null; never throws for want of network.
export async function askSession(patience) {
  try {
    const body = await call(SESSION, { patience });
    become("in", { user: body.user, csrf: body.csrf });
    return body.user;
  } catch (error) {
    if (error instanceof Refused) become("refused", { user: null, said: error.message });
    else if (error instanceof ServerFault) become("failed");
    else if (error instanceof NoNetwork) become("offline");
    return null;
  }
}

export function signInAddress() {
  return `/sign-in/?next=${encodeURIComponent("/field/")}`;
}
