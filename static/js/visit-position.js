// 定位 of the office's visit form: only when somebody presses it. Why there is none goes into the form, in words that
// may be changed. Without scripts the reason is written by hand.
const PATIENCE = 20000;
const DIGITS = 6;
const REFUSED = 1;
const LATE = 3;
// What to do about it, and what the visit keeps.
const WHY = {
  [REFUSED]: ["没有允许定位：在浏览器的网站设置里允许“位置信息”后再试。实在不行，原因已写在下面，照样能保存。", "浏览器没有允许定位"],
  2: ["现在定不了位，到院子里开阔的地方再试。实在不行，原因已写在下面，照样能保存。", "设备定不了位"],
  [LATE]: ["定位太久没有结果，到院子里开阔的地方再试。实在不行，原因已写在下面，照样能保存。", "定位没有结果"],
  none: ["这个浏览器不给定位（网址要以 https 开头，设备要有定位）。原因已写在下面，照样能保存。", "浏览器不能定位"],
};

const place = document.querySelector("[data-locate]");
const form = place.closest("form");
const value = form.querySelector("[data-position]");
const reason = form.elements.position_reason;
const said = document.createElement("p");
said.className = "section-help";
said.setAttribute("role", "status");

function button(words, onclick) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn", textContent: words });
  made.addEventListener("click", onclick);
  return made;
}

const find = button("记下现在的位置", locate);
const remove = button("去掉定位", () => set(""));
const row = document.createElement("div");
row.className = "page-actions";
row.append(find, remove);
place.querySelector(".form-grid").before(row, said);

function set(text) {
  value.value = text;
  form.classList.add("is-changed");
  draw();
}

function draw() {
  const known = value.value !== "";
  remove.hidden = !known;
  reason.closest(".field").hidden = known;
  said.textContent = known ? `已定位，误差约 ${value.value.split(",")[2]} 米。` : "还没有定位。";
}

// The browser does not count the time in which nobody answers its question: we do.
function asked() {
  if (!window.isSecureContext || !navigator.geolocation) return Promise.resolve({ why: "none" });
  return new Promise((resolve) => {
    setTimeout(() => resolve({ why: LATE }), PATIENCE + 5000);
    navigator.geolocation.getCurrentPosition(resolve, (error) => resolve({ why: error.code }), { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 });
  });
}

async function locate() {
  find.setAttribute("aria-busy", "true");
  said.textContent = "正在定位……";
  const { coords, why } = await asked();
  find.removeAttribute("aria-busy");
  if (coords) {
    reason.value = Object.values(WHY).some(([, kept]) => kept === reason.value) ? "" : reason.value;
    set([coords.latitude.toFixed(DIGITS), coords.longitude.toFixed(DIGITS), Math.round(coords.accuracy)].join());
    return;
  }
  const [words, kept] = WHY[why];
  // What was written by hand stays; a position from before stands, too.
  if (!reason.value.trim() && !value.value) reason.value = kept;
  form.classList.add("is-changed");
  draw();
  said.textContent = words;
}

draw();
