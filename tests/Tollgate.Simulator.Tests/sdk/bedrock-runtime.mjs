import assert from 'node:assert/strict';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const client = new BedrockRuntimeClient({
  region: 'us-east-1', endpoint: process.env.SIMULATOR, maxAttempts: 1, requestHandler: new NodeHttpHandler(),
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'SECRETEXAMPLE' },
});
const question = { modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0', messages: [{ role: 'user', content: [{ text: 'May I pass?' }] }] };

async function collect(input) {
  const events = [];
  for await (const event of (await client.send(new ConverseStreamCommand(input))).stream) events.push(event);
  return events;
}

const whole = await client.send(new ConverseCommand(question));
assert.match(whole.output.message.content[0].text, /May I pass\?/);
assert.equal(whole.usage.totalTokens, whole.usage.inputTokens + whole.usage.outputTokens);
const events = await collect(question);
assert.equal(events.map((e) => e.contentBlockDelta?.delta?.text ?? '').join(''), whole.output.message.content[0].text);
assert.ok(!events.some((e) => e.contentBlockStart));
assert.ok(events.at(-2).messageStop);
assert.deepEqual(events.at(-1).metadata.usage, whole.usage);

const toolConfig = { tools: [{ toolSpec: { name: 'lift_gate', inputSchema: { json: { type: 'object', properties: { seconds: { type: 'integer' } }, required: ['seconds'] } } } }], toolChoice: { any: {} } };
const called = await collect({ ...question, toolConfig });
assert.equal(called.find((e) => e.contentBlockStart).contentBlockStart.start.toolUse.name, 'lift_gate');
assert.equal(called.map((e) => e.contentBlockDelta?.delta?.toolUse?.input ?? '').join(''), '{"seconds":1}');
assert.deepEqual((await client.send(new ConverseCommand({ ...question, toolConfig }))).output.message.content[0].toolUse.input, { seconds: 1 });
const thought = await client.send(new ConverseCommand({ ...question, additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } }));
assert.ok(thought.output.message.content[0].reasoningContent.reasoningText.signature);

const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 300, messages: [{ role: 'user', content: 'ping' }] });
const invoked = JSON.parse(Buffer.from((await client.send(new InvokeModelCommand({ modelId: question.modelId, body }))).body).toString());
let text = '';
for await (const event of (await client.send(new InvokeModelWithResponseStreamCommand({ modelId: question.modelId, body }))).body) {
  text += JSON.parse(Buffer.from(event.chunk.bytes).toString()).delta?.text ?? '';
}
assert.equal(text, invoked.content[0].text);
const titan = await client.send(new InvokeModelCommand({ modelId: 'amazon.titan-embed-text-v2:0', body: JSON.stringify({ inputText: 'a gate', dimensions: 256 }) }));
assert.equal(JSON.parse(Buffer.from(titan.body).toString()).embedding.length, 256);
assert.equal((await client.send(new CountTokensCommand({ modelId: question.modelId, input: { converse: { messages: question.messages } } }))).inputTokens, whole.usage.inputTokens);

await assert.rejects(client.send(new ConverseCommand({ ...question, modelId: 'sim/429' })), { name: 'ThrottlingException' });
await assert.rejects(client.send(new ConverseCommand({ ...question, messages: [] })), { name: 'ValidationException' });
await assert.rejects(collect({ ...question, modelId: 'sim/error-after-3' }), { name: 'ServiceUnavailableException' });
