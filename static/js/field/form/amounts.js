// 本月大额收支: lines of what came in or went out, in yuan.
import { readNumber } from "../numbers.js";
import { button, h } from "../page.js";
import { blockCard } from "./card.js";
import { choiceRow, listRow, textRow } from "./field-row.js";

const EXPENSE = "expense"; // the group of the catalogue
const MONEY = { kind: "money", min: 0.01, max: null, unit: "元" };

export function amountInput(label, value, set) {
  const input = h("input", { class: "input", inputmode: "decimal", autocomplete: "off", "aria-label": label });
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  input.value = value ?? "";
  input.addEventListener("input", () => {
    const { value: read, error: wrong } = readNumber(input.value, MONEY);
    error.hidden = !wrong;
    error.textContent = wrong;
    set(read, wrong, input.value);
  });
  return h("div", { class: "field-row" }, h("span", { class: "row-label" }, label), h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, "元")), error);
}

export function amountsBlock(block, visit, frame, changed) {
  const items = frame.options.income_items ?? [];
  const income = items.filter(([, , group]) => group !== EXPENSE);
  const expense = items.filter(([, , group]) => group === EXPENSE);
  const lines = h("div", { class: "sheets" });

  function line(row) {
    const list = row.direction === "income" ? income : expense;
    const node = h("div", { class: "sheet", dataset: { amount: row.direction } },
      h("h3", null, row.direction === "income" ? "收入" : "支出"),
      list.length > 0 && listRow("项目", list, row.item, (item) => {
        row.item = item;
        changed();
      }, "不在目录里"),
      amountInput("金额", row.text ?? row.amount, (amount, wrong, text) => {
        row.amount = amount;
        row.text = wrong ? text : undefined;
        row.error = wrong;
        changed();
      }),
      textRow("说明", row.note, (words) => {
        row.note = words;
        changed();
      }, { placeholder: "如：卖玉米、住院" }),
      button("去掉这一笔", () => {
        visit.amounts.splice(visit.amounts.indexOf(row), 1);
        node.remove();
        changed();
      }, "btn-small"));
    return node;
  }

  function add(direction) {
    const row = { direction, item: "", amount: null, note: "" };
    visit.amounts.push(row);
    const node = line(row);
    lines.append(node);
    node.querySelector(".with-unit input").focus();
    changed();
  }

  lines.append(...visit.amounts.map(line));
  const card = blockCard(block, h("p", { class: "q-help" }, "这个月一次收入或支出较大的，没有就不填。"), lines,
    h("div", { class: "pair" }, button("＋ 收入", () => add("income")), button("＋ 支出", () => add("expense"))));
  return { node: card, title: block.title, wrong: () => visit.amounts.filter((row) => row.error) };
}
