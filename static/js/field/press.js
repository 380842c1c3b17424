// A finger is down. What is drawn anew under it takes the press with it: the element that was pressed is gone before the
// finger leaves, and nothing is clicked.
const LONGEST = 1000; // ms: what lasts longer is no tap
const CLICKS_WITHIN = 50; // ms after the finger has left
const due = new Set();
let pressed = false;
let timer = null;

function over() {
  clearTimeout(timer);
  pressed = false;
  const draws = [...due];
  due.clear();
  for (const draw of draws) draw();
}

function within(time) {
  clearTimeout(timer);
  timer = setTimeout(over, time);
}

window.addEventListener("pointerdown", () => {
  pressed = true;
  within(LONGEST);
}, { capture: true });
for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => within(CLICKS_WITHIN), { capture: true });

// `draw` for what happens by itself: at once, or as soon as nothing is pressed any more.
export const afterPress = (draw) => () => (pressed ? due.add(draw) : draw());
