// Whether this browser can keep visits without network, in words that say what to do.
import { openDB } from "../../vendor/idb/index.js";

const CHAT_APPS = [
  [/MicroMessenger/i, "微信"],
  [/DingTalk/i, "钉钉"],
  [/wxwork/i, "企业微信"],
  [/\bQQ\//i, "QQ"],
  [/AlipayClient/i, "支付宝"],
  [/Feishu|Lark/i, "飞书"],
];
const LITTLE = 120 * 1024 * 1024; // bytes: less is a full phone or a private window
const OUTSIDE = "点右上角“···”，选“在浏览器打开”（或复制网址，用手机自带的浏览器打开）。";

function chatApp(agent = navigator.userAgent) {
  return CHAT_APPS.find(([pattern]) => pattern.test(agent))?.[1] ?? "";
}

// Written, closed, opened, read: a private window of some browsers gives a database that forgets or refuses.
async function keeps() {
  const name = "field-probe";
  const value = crypto.getRandomValues(new Uint32Array(1))[0];
  const open = () => openDB(name, 1, { upgrade: (db) => db.createObjectStore("probe") });
  let db = await open();
  await db.put("probe", value, "value");
  db.close();
  db = await open();
  const read = await db.get("probe", "value");
  db.close();
  return read === value;
}

async function attempt(what) {
  try {
    return await what();
  } catch {
    return false;
  }
}

async function encrypts() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  return Boolean(await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(1)));
}

// [{name, ok, must, said}]: `must` failing means that nothing may be kept here.
export async function test() {
  const chat = chatApp();
  const secure = window.isSecureContext;
  const database = await attempt(keeps);
  const crypt = secure && (await attempt(encrypts));
  const worker = "serviceWorker" in navigator;
  const { quota = 0 } = (await attempt(() => navigator.storage.estimate())) || {};
  const lasting = await attempt(() => navigator.storage.persisted());
  return [
    {
      name: "浏览器",
      ok: !chat,
      must: true,
      said: chat ? `现在是在${chat}里打开的：${chat}会清掉存在里面的内容，不能离线填写。${OUTSIDE}` : "不是在聊天软件里打开的。",
    },
    {
      name: "加密连接",
      ok: secure,
      must: true,
      said: secure ? "网址是加密的。" : "网址不是 https:// 开头的：手机不允许这样的网页离线保存。请向县里要 https 的网址。",
    },
    {
      name: "本机存储",
      ok: database,
      must: true,
      said: database ? "能存，关掉再开还在。" : "这个窗口存不住内容，多半是无痕（隐私）浏览。请关掉无痕浏览，用普通窗口打开；手机空间满了也会这样。",
    },
    {
      name: "加密保存",
      ok: crypt,
      must: true,
      said: crypt ? "能加密后再存。" : "这个浏览器不能加密保存，太旧或网址不是 https。请升级浏览器。",
    },
    {
      name: "离线打开",
      ok: worker,
      must: true,
      said: worker ? "没有网络也能打开。" : "这个浏览器没有网络时打不开网页：请关掉无痕浏览，或升级浏览器，或换手机自带的浏览器。",
    },
    {
      name: "存储空间",
      ok: quota === 0 || quota > LITTLE,
      must: false,
      said: quota === 0 || quota > LITTLE ? "够用。" : "能用的空间很小：手机快满了，或是无痕浏览。请先清理手机空间、用普通窗口打开。",
    },
    {
      name: "长期保存",
      ok: lasting,
      must: false,
      said: lasting
        ? "浏览器答应不自行清理。"
        : "浏览器还没有答应长期保存。请用浏览器菜单“添加到主屏幕”（或“安装应用”），以后从桌面图标打开；没有发送的走访尽快发送。",
    },
  ];
}
