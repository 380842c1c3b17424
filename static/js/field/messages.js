// What came back from the server about visits that were sent.
import { tell } from "./bus.js";
import * as store from "./store.js";

// `settled`: nothing to be done about it. Read without a PIN by the clean-up, so it holds no names.
export async function add(message) {
  const { key, settled } = message;
  await store.put("messages", { key, at: Date.now(), settled }, { ...message, at: Date.now() });
  tell("messages");
}

export async function list() {
  return (await store.all("messages")).sort((a, b) => b.at - a.at);
}

export async function see() {
  for (const message of await list()) {
    if (message.seen) continue;
    await store.put("messages", { key: message.key, at: message.at, settled: message.settled }, { ...message, seen: true });
  }
  tell("messages");
}

export async function settle(key) {
  await store.remove("messages", key);
  tell("messages");
}

export const unseen = async () => (await list()).filter((message) => !message.seen).length;
