// This browser cannot keep visits: what is wrong and what to do. Nothing may be typed here.
import { fill, h, icon } from "../page.js";

export function testLines(results) {
  return h("ul", { class: "tests" }, results.map(({ name, ok, must, said }) =>
    h("li", { class: ok ? "test-ok" : must ? "test-bad" : "test-odd" },
      icon(ok ? "check" : must ? "cross" : "warning"),
      h("div", null, h("b", null, name), h("p", null, said)))));
}

export function brokenScreen(body, results) {
  const bad = results.filter((result) => result.must && !result.ok);
  fill(body,
    h("h1", null, "这里不能离线填写走访"),
    h("p", null, "按下面说的做一下，再打开这个页面："),
    testLines(bad),
    h("button", { type: "button", class: "btn btn-primary btn-wide", onclick: () => location.reload() }, "再试一次"),
    h("p", { class: "quiet" }, "有网络时也可以先用", h("a", { href: "/" }, "网页版"), "。"),
  );
}
