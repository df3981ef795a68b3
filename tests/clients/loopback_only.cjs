// Loaded into every node process of a test (NODE_OPTIONS): whatever the client means to reach, it gets to loopback only.
"use strict";
const net = require("net");
const dns = require("dns");

const LOOPBACK = /^(127\.|::1$|localhost$)/;

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...asked) {
  const options = Array.isArray(asked[0]) ? asked[0][0] : asked[0];
  const isPath = typeof options === "string" || (options && options.path);
  const host = typeof options === "object" ? options.host || "localhost" : asked[1] || "localhost";
  if (!isPath && !LOOPBACK.test(String(host))) {
    process.stderr.write(`LEFT LOOPBACK: ${host}\n`);
    throw new Error(`this test reaches loopback only, not ${host}`);
  }
  return connect.apply(this, asked);
};

const lookup = dns.lookup;
dns.lookup = function (name, ...rest) {
  if (!LOOPBACK.test(String(name))) {
    process.stderr.write(`LEFT LOOPBACK: ${name}\n`);
    throw new Error(`this test asks for no address of ${name}`);
  }
  return lookup.call(this, name, ...rest);
};
