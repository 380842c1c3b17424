// 全年收入: the whole sheet, in autumn. An empty line is not answered; a group without any income says so itself.
import { grouped, readNumber } from "../numbers.js";
import { h } from "../page.js";
import { blockCard } from "./card.js";

const GROUPS = [
  ["wage", "工资性收入"],
  ["production", "生产经营性收入"],
  ["property", "财产性收入"],
  ["transfer", "转移性收入"],
  ["expense", "生产经营性支出"],
];
const MONEY = { kind: "money", min: 0, max: null, unit: "元" };

export function incomeBlock(block, visit, frame, changed) {
  const before = frame.household.income;
  const items = frame.options.income_items ?? [];
  if (!before || !items.length) return null;
  const wrong = (visit.income_faults ??= {}); // item -> what was typed there and is no amount: kept until it is mended
  const groupOf = (key) => items.find(([name]) => name === key)?.[2] ?? "";
  const sheet = () => (visit.income ??= { items: structuredClone(before.items ?? {}), none_groups: [...(before.none_groups ?? [])] });
  const now = () => visit.income ?? before;

  function item([key, label], draw) {
    const input = h("input", { class: "input", inputmode: "decimal", autocomplete: "off", "aria-label": label, dataset: { item: key } });
    const error = h("p", { class: "q-error", role: "alert", hidden: true });
    const last = before.items?.[key]?.[0];
    input.value = wrong[key] ?? now().items?.[key]?.[0] ?? "";

    function read() {
      const { value, error: fault } = readNumber(input.value, MONEY);
      error.hidden = !fault;
      error.textContent = fault;
      return { value, fault };
    }

    function empty() {
      delete wrong[key];
      input.value = "";
      read();
    }

    input.addEventListener("input", () => {
      const { value, fault } = read();
      if (fault) wrong[key] = input.value;
      else {
        delete wrong[key];
        const rest = sheet();
        if (value === null) delete rest.items[key];
        else rest.items[key] = [value, rest.items[key]?.[1] ?? ""];
        if (value !== null) rest.none_groups = rest.none_groups.filter((group) => group !== groupOf(key));
      }
      draw();
      changed();
    });
    if (key in wrong) read();
    return { key, empty, node: h("div", { class: "field-row" }, h("span", { class: "row-label" }, label),
      last !== undefined && h("p", { class: "q-last" }, `上次：${grouped(last)} 元`),
      h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, "元")), error) };
  }

  function group([key, label]) {
    const own = items.filter(([, , group]) => group === key);
    if (!own.length) return null;
    const total = h("span", { class: "group-total" });
    const none = h("input", { type: "checkbox" });
    const rows = own.map((option) => item(option, draw));

    function draw() {
      const values = own.map(([name]) => now().items?.[name]?.[0]).filter((value) => value !== undefined && value !== null);
      none.checked = now().none_groups.includes(key);
      const sum = values.reduce((cents, value) => cents + Math.round(Number(value) * 100), 0) / 100;
      total.textContent = values.length ? `${grouped(sum.toFixed(2))} 元` : none.checked ? "没有" : "待核实";
    }

    none.addEventListener("change", () => {
      const rest = sheet();
      rest.none_groups = rest.none_groups.filter((name) => name !== key);
      if (none.checked) {
        rest.none_groups.push(key);
        for (const { key: name, empty } of rows) {
          delete rest.items[name];
          empty();
        }
      }
      draw();
      changed();
    });
    draw();
    return h("details", { class: "fold", open: own.some(([name]) => name in wrong) }, h("summary", null, label, total),
      h("label", { class: "tick option" }, none, h("span", null, "没有这类", key === "expense" ? "支出" : "收入")), rows.map((row) => row.node));
  }

  const card = blockCard(block, h("p", { class: "q-help" }, "只改有变化的，单位元。没有改动的照上次的留着。"), GROUPS.map(group));
  return { node: card, title: block.title, wrong: () => Object.keys(wrong) };
}
