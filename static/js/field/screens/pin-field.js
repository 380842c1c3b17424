// A field for a PIN, with the number pad.
import { h } from "../page.js";

const LEAST = 6;
let count = 0;

export function pinField(label, autocomplete = "off") {
  const id = `pin${(count += 1)}`;
  const input = h("input", { id, class: "input input-pin", type: "password", inputmode: "numeric", autocomplete, maxlength: "20", enterkeyhint: "done" });
  return { node: h("div", { class: "field-row" }, h("label", { for: id }, label), input), input, value: () => input.value.trim() };
}

// What is wrong with a new PIN, "" when it will do.
export function fault(pin, again) {
  if (!/^\d+$/.test(pin)) return "解锁密码只用数字。";
  if (pin.length < LEAST) return `解锁密码至少${LEAST}位。`;
  if (/^(\d)\1+$/.test(pin) || "01234567890".includes(pin) || "09876543210".includes(pin)) return "太容易猜到：不要用相同或连续的数字。";
  return pin === again ? "" : "两遍不一样。";
}
