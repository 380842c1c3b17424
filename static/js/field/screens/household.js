// One household as it lies on the phone: who lives there, what is lacking, what was promised, who helps with what.
import { button, fill, h, icon, note } from "../page.js";
import * as pack from "../pack.js";
import { contacts, due, lacking, verdict, visitHousehold } from "./cards.js";

function section(title, items) {
  return items.length > 0 && h("section", { class: "section" }, h("h2", null, title), h("ul", { class: "lines" }, items));
}

export function householdScreen(body, id) {
  const household = pack.household(Number(id));
  if (!household) {
    body.append(note("warning", "这一户的资料不在手机里：已到期、已不是您的户，或手机满了先删掉了。有网络时在“我的户”里更新。"),
      h("a", { class: "btn btn-wide", href: "#/households" }, "我的户"));
    return;
  }
  fill(body,
    h("a", { class: "back", href: "#/households" }, icon("left"), "我的户"),
    h("header", { class: "head" }, h("h1", null, household.head || "（无户主）"), verdict(household.verdict), due(household)),
    h("p", { class: "quiet" }, [household.place, household.address, household.no].filter(Boolean).join(" · ")),
    h("p", { class: "quiet" }, [`${household.size}人`, household.status_label].filter(Boolean).join(" · ")),
    lacking(household) || "",
    household.promised ? h("p", { class: "promised" }, icon("history"), `上次答应：${household.promised.text}${household.promised.on ? `（${household.promised.on}）` : ""}`) : "",
    h("div", { class: "card-actions" }, button("走访", () => visitHousehold(household), "btn-primary"), contacts(household)),
    section("家庭成员", household.members.map((member) =>
      h("li", null, h("span", null, h("b", null, member.name), h("span", { class: "quiet" },
        [member.relation, member.sex, member.age === null ? "" : `${member.age}岁`].filter(Boolean).join(" · ")))))) || "",
    section("帮扶措施", (household.measures ?? []).map((one) => h("li", null, h("span", null, one.label, one.due && h("span", { class: "quiet" }, `${one.due} 前`))))) || "",
    section("诉求", (household.needs ?? []).map((one) => h("li", null, h("span", null, one.text, h("span", { class: "quiet" }, one.state_label))))) || "",
  );
}
