// 诉求: what the household asks for, in its own words, and what is already open.
import { button, h } from "../page.js";
import { blockCard } from "./card.js";
import { listRow, textRow } from "./field-row.js";

const USUAL = "township"; // who answers unless somebody else is named

export function needsBlock(block, visit, frame, changed) {
  const kinds = frame.options.need_kinds ?? [];
  const whom = frame.options.need_parties ?? [];
  const usual = whom.some(([key]) => key === USUAL) ? USUAL : "";
  const lines = h("div", { class: "sheets" });
  const open = frame.household.needs ?? [];

  function line(need) {
    const node = h("div", { class: "sheet", dataset: { need: need.identity } },
      kinds.length > 0 && listRow("类别", kinds, need.kind, (kind) => {
        need.kind = kind;
        changed();
      }),
      textRow("诉求", need.text, (words) => {
        need.text = words;
        changed();
      }, { long: true, max: 500, placeholder: "照农户的话写" }),
      whom.length > 0 && listRow("请谁答复", whom, need.whom, (who) => {
        need.whom = who;
        changed();
      }),
      button("去掉这一条", () => {
        visit.needs.splice(visit.needs.indexOf(need), 1);
        node.remove();
        changed();
      }, "btn-small"));
    return node;
  }

  lines.append(...visit.needs.map(line));
  const card = blockCard(block,
    open.length > 0 && h("ul", { class: "lines" }, open.map((need) => h("li", null, h("span", null, need.text, h("span", { class: "quiet" }, need.state_label))))),
    lines,
    button("＋ 记一条诉求", () => {
      const need = { identity: crypto.randomUUID(), kind: "", text: "", whom: usual };
      visit.needs.push(need);
      const node = line(need);
      lines.append(node);
      node.querySelector("textarea").focus();
      changed();
    }, "btn-wide"));
  const untold = () => visit.needs.filter((need) => need.text.trim() && !(need.kind && need.whom));
  return { node: card, title: block.title, wrong: untold };
}
