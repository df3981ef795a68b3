// A team's server that uses node-easywechat: reads one order a line, answers one line (drive_wechatpy.py, the same).
"use strict";
const path = require("path");
const readline = require("readline");
const { MiniApp } = require(path.join(process.argv[2], "node_modules", "node-easywechat"));

const [appid, secret, stable] = process.argv.slice(3);
const app = new MiniApp({ app_id: appid, secret, use_stable_access_token: stable === "stable", http: { timeout: 20000, throw: false } });

async function called(method, given) {
  const client = app.getClient();
  const response = method === "get" ? await client.get(given.path, { params: given.params || {} }) : await client.postJson(given.path, given.data);
  const told = response.toObject();
  return told.errcode ? { errcode: told.errcode, errmsg: told.errmsg } : { ok: told };
}

async function picture(given) {
  const response = await app.getClient().request("POST", given.path, { json: given.data, responseType: "arraybuffer" });
  const [head, data] = response.toDataUrl().split(",");
  return { ok: { headers: { "Content-Type": head.slice("data:".length, -";base64".length) }, data } };
}

async function made(order) {
  const given = order.with;
  if (order.do === "token") return { ok: await app.getAccessToken().getToken() };
  if (order.do === "refresh") return { ok: await app.getAccessToken().refresh() };
  if (order.do === "session") return { ok: await app.getUtils().codeToSession(given.code) };
  if (order.do === "decrypt") return { ok: app.getUtils().decryptSession(given.key, given.iv, given.data) };
  if (order.do === "picture") return picture(given);
  return called(order.do, given);
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await made(JSON.parse(line));
    } catch (problem) {
      answer = { problem: String(problem && problem.message) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
})();
