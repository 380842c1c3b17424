// 本月大额收支: lines of what came in or went out, in yuan.
import { readNumber } from "../numbers.js";
import { button, h } from "../page.js";
import { blockCard } from "./card.js";
import { listRow, textRow } from "./field-row.js";

const EXPENSE = "expense"; // the group of the catalogue
const MONEY = { kind: "money", min: 0.01, max: null, unit: "元" };

// `wrong`: what is wrong with it from before.
function amountInput(label, value, wrong, set) {
  const input = h("input", { class: "input", inputmode: "decimal", autocomplete: "off", "aria-label": label });
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  input.value = value ?? "";

  function say(words) {
    error.hidden = !words;
    error.textContent = words;
  }

  input.addEventListener("input", () => {
    const { value: read, error: fault } = readNumber(input.value, MONEY);
    say(fault);
    set(read, fault, input.value);
  });
  say(wrong ?? "");
  const node = h("div", { class: "field-row" }, h("span", { class: "row-label" }, label), h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, "元")), error);
  return { node, say };
}

export function amountsBlock(block, visit, frame, changed) {
  const items = frame.options.income_items ?? [];
  const income = items.filter(([, , group]) => group !== EXPENSE);
  const expense = items.filter(([, , group]) => group === EXPENSE);
  const lines = h("div", { class: "sheets" });
  const says = new Map(); // row -> says at its amount what is wrong

  function line(row) {
    const list = row.direction === "income" ? income : expense;
    const amount = amountInput("金额", row.text ?? row.amount, row.error, (read, wrong, text) => {
      row.amount = read;
      row.text = wrong ? text : undefined;
      row.error = wrong;
      changed();
    });
    says.set(row, amount.say);
    const node = h("div", { class: "sheet", dataset: { amount: row.direction } },
      h("h3", null, row.direction === "income" ? "收入" : "支出"),
      list.length > 0 && listRow("项目", list, row.item, (item) => {
        row.item = item;
        changed();
      }, "不在目录里"),
      amount.node,
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
  // What was said of an income without its amount would be lost: it is asked at its row. An empty row says nothing.
  function wrong() {
    const without = visit.amounts.filter((row) => !row.error && !row.amount && (row.item || row.note.trim()));
    for (const row of without) says.get(row)("请填金额；没有这一笔的，点“去掉这一笔”。");
    return [...visit.amounts.filter((row) => row.error), ...without];
  }

  return { node: card, title: block.title, wrong };
}
