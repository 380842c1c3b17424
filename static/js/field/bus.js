// Who changed something says so; who shows it listens. Names: saved, queue, session, pack, update, messages, locked.
const listeners = new Map();

export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(listener);
  return () => listeners.get(name).delete(listener);
}

export function tell(name, what) {
  for (const listener of listeners.get(name) ?? []) listener(what);
}
