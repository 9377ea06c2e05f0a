// One process of nodemailer's pool, with DKIM, for benchmarks/delivery.py --nodemailer FOLDER. I/O.
//
// node nodemailer.cjs FOLDER PORT CONNECTIONS MESSAGES MAIL.json: says "ready", waits for a line, sends, says "done".
// Each message is personalized as ours is: address, token, Message-ID, unsubscribe headers.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const [folder, port, connections, messages, mailFile] = process.argv.slice(2);
const nodemailer = require(path.resolve(folder, "node_modules", "nodemailer"));
const mail = JSON.parse(fs.readFileSync(mailFile, "utf8"));

const pool = nodemailer.createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  dkim: { domainName: mail.domain, keySelector: "bench", privateKey: mail.key },
});

let next = 0;
async function send() {
  while (next < Number(messages)) {
    const number = next++;
    const token = `token${number}`.padEnd(mail.slot.length, "x");
    await pool.sendMail({
      from: `Rare Earth Daily <daily@${mail.domain}>`,
      to: `reader${number}@example.net`,
      subject: mail.subject,
      text: mail.text.replaceAll(mail.slot, token),
      html: mail.html.replaceAll(mail.slot, token),
      messageId: `<${process.pid}.${number}@${mail.domain}>`,
      envelope: { from: `bounces+${number}@${mail.domain}`, to: `reader${number}@example.net` },
      list: { unsubscribe: { url: mail.link.replaceAll(mail.slot, token) } },
      headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    });
  }
}

console.log("ready");
readline.createInterface({ input: process.stdin }).once("line", async () => {
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: 2 * Number(connections) }, send));
  console.log("done");
  const { user, system } = process.cpuUsage(before);
  console.error(`nodemailer CPU seconds: ${((user + system) / 1e6).toFixed(2)}`);
  pool.close();
  process.exit(0);
});
