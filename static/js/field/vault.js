// One random key for each person's data on this phone, wrapped by a key made from the PIN. Only here are keys made.
//
// The data key lies in memory alone, and cannot be read out of it by the page. Who has the phone but not the PIN has
// ciphertext. AES-GCM with a fresh nonce for each write; the place of a record is bound to it.
const ROUNDS = 600000;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const WRAPPED = "data key";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function pinKey(pin, salt, rounds) {
  const typed = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    typed,
    { name: "AES-GCM", length: 8 * KEY_BYTES },
    false,
    ["encrypt", "decrypt"],
  );
}

const held = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function wrap(raw, pin) {
  const salt = random(SALT_BYTES);
  const sealed = await sealBytes(await pinKey(pin, salt, ROUNDS), raw, WRAPPED);
  return { salt, rounds: ROUNDS, wrapped: sealed };
}

// null: another PIN.
async function unwrap(lock, pin) {
  try {
    return await openBytes(await pinKey(pin, lock.salt, lock.rounds), lock.wrapped, WRAPPED);
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

// {lock, key}: what is stored beside the data, and what opens them as long as the page is unlocked.
export async function newLock(pin) {
  const raw = random(KEY_BYTES);
  const lock = await wrap(raw, pin);
  const key = await held(raw);
  raw.fill(0);
  return { lock, key };
}

// The key, or null for a wrong PIN.
export async function openLock(lock, pin) {
  const raw = await unwrap(lock, pin);
  return raw && held(raw);
}

// A lock of the same key with another PIN, or null for a wrong old one. The data stay as they are.
export async function changeLock(lock, pin, another) {
  const raw = await unwrap(lock, pin);
  return raw && wrap(raw, another);
}

export async function sealBytes(key, bytes, place) {
  const iv = random(NONCE_BYTES);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(place) }, key, bytes);
  return { iv, data };
}

export async function openBytes(key, { iv, data }, place) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(place) }, key, data);
}

export function sealValue(key, value, place) {
  return sealBytes(key, encoder.encode(JSON.stringify(value)), place);
}

export async function openValue(key, sealed, place) {
  return JSON.parse(decoder.decode(await openBytes(key, sealed, place)));
}
