// A clerk takes households of his place along: chosen with network, kept on the phone.
import { button, fill, h, note } from "../page.js";
import * as pack from "../pack.js";
import { call, NoNetwork, Refused, ServerFault, session, SignedOut } from "../session.js";
import { refreshPack } from "../sync.js";

const AT_MOST = 60;
const LIST = "/api/v1/households/";

export async function takeScreen(body) {
  const chosen = new Set(await pack.chosen());
  const lines = h("ul", { class: "lines" });
  const said = h("p", { class: "quiet", role: "status" });
  const more = button("再显示一些", () => load(next), "btn-wide");
  const go = button("带上", save, "btn-primary btn-wide");
  let next = LIST;
  more.hidden = true;

  function count() {
    go.textContent = chosen.size ? `带上 ${chosen.size} 户` : "不另外带户";
    go.disabled = chosen.size > AT_MOST;
    said.textContent = chosen.size > AT_MOST ? `一次最多带 ${AT_MOST} 户，请去掉 ${chosen.size - AT_MOST} 户。` : "";
  }

  function line(row) {
    const box = h("input", { type: "checkbox", checked: chosen.has(row.id) });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(row.id);
      else chosen.delete(row.id);
      count();
    });
    return h("li", null, h("label", { class: "tick option" }, box, h("span", null, h("b", null, row.head_name || "（无户主）"), h("span", { class: "quiet" }, `${row.place} ${row.number}`))));
  }

  async function load(address) {
    try {
      const answer = await call(address);
      lines.append(...answer.results.map(line));
      next = answer.next && new URL(answer.next, location.origin).pathname + new URL(answer.next, location.origin).search;
      more.hidden = !next;
      if (!lines.childElementCount) said.textContent = "您的范围里还没有在册的户。";
    } catch (error) {
      if (error instanceof NoNetwork || error instanceof SignedOut) said.textContent = session.state === "out" ? "登录已过期，请先登录。" : "现在没有网络：选户要有网络。";
      else if (error instanceof ServerFault) said.textContent = "服务器出错，请稍后再试。";
      else if (error instanceof Refused) said.textContent = error.message;
      else throw error;
    }
  }

  async function save() {
    await pack.choose([...chosen]);
    go.disabled = true;
    said.textContent = "正在下载……";
    const wrong = await refreshPack();
    go.disabled = false;
    if (wrong) said.textContent = wrong;
    else location.hash = "#/households";
  }

  fill(body,
    h("header", { class: "head" }, h("h1", null, "选户带下村")),
    note("info", "结对给您的户自动带着，不用选。村级信息员在这里选今天要去的户，最多60户，没有信号也能打开。"),
    lines, more, said, h("div", { class: "sticky-end" }, go),
  );
  count();
  await load(LIST);
}
