// What was seen, what is wrong, what was promised for the next time.
import { today } from "../dates.js";
import { blockCard } from "./card.js";
import { textRow } from "./field-row.js";

export function wordsBlock(block, visit, frame, changed) {
  const write = (name) => (words) => {
    visit[name] = words;
    changed();
  };
  const promise = (name) => (words) => {
    visit.promise = { text: "", on: null, ...visit.promise, [name]: words || (name === "on" ? null : "") };
    changed();
  };
  const day = textRow("什么时候办", visit.promise?.on ?? "", promise("on"), { type: "date" });
  day.querySelector("input").min = today();
  const card = blockCard(block,
    textRow("走访情况", visit.remark, write("remark"), { long: true, max: 2000 }),
    textRow("发现问题", visit.problems, write("problems"), { long: true, max: 2000, placeholder: "没有就不填" }),
    textRow("答应办的事（下一步措施）", visit.promise?.text ?? "", promise("text"), { long: true, max: 500, placeholder: "下次走访会提醒您" }),
    day);
  return { node: card, title: block.title, wrong: () => [] };
}
