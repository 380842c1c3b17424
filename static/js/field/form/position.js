// 定位: only when somebody presses it.
import { allIn, comesIn, isComing, POSITION } from "../coming.js";
import { button, h } from "../page.js";
import { open } from "../visits.js";
import { blockCard } from "./card.js";

const PATIENCE = 20000;
const DIGITS = 6;
// What to do about it.
const WHY = {
  1: "没有允许定位：在浏览器的网站设置里允许“位置信息”后再试。实在不行，不定位也能提交。",
  2: "现在定不了位，到院子里开阔的地方再试。不定位也能提交。",
  3: "定位太久没有结果，到院子里开阔的地方再试。不定位也能提交。",
};
// What the visit keeps.
const REASONS = { 1: "浏览器没有允许定位", 2: "设备定不了位", 3: "定位没有结果" };

// {coords}, or {why} there are none. The browser does not count the time in which nobody answers its question: we do.
function asked() {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ why: 3 }), PATIENCE + 5000);
    navigator.geolocation.getCurrentPosition(resolve, (error) => resolve({ why: error.code }), { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 });
  });
}

export function positionBlock(block, visit, frame, changed) {
  const said = h("p", { class: "quiet", role: "status" });
  const remove = button("去掉定位", () => set(null), "btn-small");

  function set(position) {
    if (!open(visit)) return;
    visit.position = position;
    draw();
    changed();
  }

  function draw() {
    remove.hidden = !visit.position;
    const empty = isComing(visit.identity, POSITION) ? `${POSITION}……` : frame.asks.position ? "县里要求定位。" : "不定位也能提交。";
    said.textContent = visit.position ? `已定位，误差约 ${visit.position.accuracy} 米。` : empty;
  }

  async function find() {
    said.textContent = `${POSITION}……`;
    const { coords, why } = await asked();
    if (!open(visit)) return "";
    if (coords) {
      set({
        latitude: Number(coords.latitude.toFixed(DIGITS)),
        longitude: Number(coords.longitude.toFixed(DIGITS)),
        accuracy: Math.round(coords.accuracy),
      });
      return "";
    }
    visit.position_tried = true;
    visit.position_reason = REASONS[why];
    said.textContent = WHY[why];
    changed();
    return WHY[why];
  }

  const locate = () => isComing(visit.identity, POSITION) || comesIn(visit.identity, POSITION, find());

  draw();
  if (isComing(visit.identity, POSITION)) allIn(visit.identity, POSITION).then(draw); // pressed before this form was drawn anew
  return { node: blockCard(block, button("记下现在的位置", locate, "btn-wide"), said, remove), title: block.title, wrong: () => (frame.asks.position && visit.way === "home" && !visit.position && !visit.position_tried ? ["县里要求定位"] : []) };
}
