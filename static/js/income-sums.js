// Adds up the income sheet while it is typed. In fen and whole numbers, as the server does; the server decides.
const sheet = document.querySelector("[data-sheet]");
const UNKNOWN = "待核实";

function fen(text) {
  const plain = text.normalize("NFKC").replace(/[,\s¥元]/g, "");
  if (plain === "") return null;
  if (!/^\d{1,10}(\.\d{0,2})?$/.test(plain)) return NaN;
  const [yuan, cents = ""] = plain.split(".");
  return Number(yuan) * 100 + Number(cents.padEnd(2, "0"));
}

function shown(amount) {
  const sign = amount < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(amount) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${(Math.abs(amount) % 100).toString().padStart(2, "0")}`;
}

// null: not answered; NaN: something cannot be read.
function total(group) {
  let sum = null;
  for (const row of group.querySelectorAll("[data-item]")) {
    const amount = fen(row.querySelector(".num").value);
    if (amount !== null) sum = (sum ?? 0) + Number(row.dataset.itemSign) * amount;
  }
  if (sum !== null) return sum;
  if (group.querySelector("[data-none]").checked) return 0;
  return group.dataset.imported === undefined ? null : fen(group.dataset.imported);
}

function perHead(net, members) {
  const half = Math.floor((2 * Math.abs(net) + members) / (2 * members));
  return net < 0 ? -half : half;
}

function put(selector, amount, within = sheet) {
  within.querySelector(selector).textContent = amount === null || Number.isNaN(amount) ? UNKNOWN : shown(amount);
}

function add() {
  let net = 0;
  const open = [];
  for (const group of sheet.querySelectorAll("[data-group]")) {
    const sum = total(group);
    put("[data-total]", sum, group);
    group.classList.toggle("is-unanswered", sum === null);
    if (sum === null) open.push(group.querySelector("h2").textContent);
    net = sum === null || net === null ? null : net + Number(group.dataset.sign) * sum;
  }
  const members = Number(sheet.dataset.members);
  put("[data-net]", net);
  const each = net === null || !members ? null : perHead(net, members);
  put("[data-per-head]", each);
  put("[data-bar-figure]", each, document);
  sheet.querySelector("[data-open]").textContent = open.length ? `缺：${open.join("、")}` : "";
}

sheet.addEventListener("input", (event) => {
  // An amount and "none" exclude each other: whoever types an amount has something.
  const group = event.target.closest("[data-group]");
  if (group && event.target.matches(".num") && fen(event.target.value)) group.querySelector("[data-none]").checked = false;
  add();
});
add();
