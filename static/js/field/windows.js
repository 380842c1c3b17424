// What only one window of these pages may have at a time.
const here = new Map(); // name -> when this window has given it back

// Answers how to give it back, or null: another window has it. This window itself waits until it has given it back.
export async function hold(name) {
  while (here.has(name)) await here.get(name);
  return new Promise((resolve) => {
    const over = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((end) => {
        resolve(() => {
          end();
          return over;
        });
      });
    }).finally(() => here.delete(name));
    here.set(name, over);
  });
}
