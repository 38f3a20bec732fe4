// Reads OTLP messages, one JSON line each ({ path, body: base64 }), and writes them as JSON: node otlp/decode.mjs IN OUT.
// The readers are those that OpenTelemetry's JavaScript SDK generates from the official .proto files.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { collector } = require("@opentelemetry/otlp-transformer/build/src/generated/root").opentelemetry.proto;
// What the definitions do not have the readers pass over, with this and nothing else.
require("protobufjs/minimal").Reader.prototype.skipType = (wireType) => fail(`a field of wire type ${wireType} that is in no official message`);
const types = {
  "/v1/traces": collector.trace.v1.ExportTraceServiceRequest,
  "/v1/metrics": collector.metrics.v1.ExportMetricsServiceRequest,
  "/v1/logs": collector.logs.v1.ExportLogsServiceRequest,
};
const [, , source, target] = process.argv;
const messages = readFileSync(source, "utf8").split("\n").filter(Boolean).map((line) => {
  const { path, body } = JSON.parse(line);
  const type = types[path] ?? fail(`no signal is sent to ${path}`);
  const message = type.decode(Buffer.from(body, "base64"));
  return { path, message: type.toObject(message, { enums: String, longs: String, bytes: String, arrays: true }) };
});
writeFileSync(target, JSON.stringify(messages));

function fail(reason) {
  throw new Error(reason);
}
