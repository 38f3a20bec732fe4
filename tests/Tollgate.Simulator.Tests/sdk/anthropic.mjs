import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: process.env.SIMULATOR, apiKey: 'any', maxRetries: 0 });
const messages = [{ role: 'user', content: 'May I pass?' }];
const question = { model: 'claude-sonnet-4-5', max_tokens: 3000, messages };

const whole = await client.messages.create(question);
assert.match(whole.content[0].text, /May I pass\?/);
assert.equal(whole.stop_reason, 'end_turn');
const streamed = await client.messages.stream(question).finalMessage();
assert.equal(streamed.content[0].text, whole.content[0].text);
assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
assert.equal((await client.messages.countTokens({ model: 'claude-sonnet-4-5', messages })).input_tokens, whole.usage.input_tokens);

const thought = await client.messages.stream({ ...question, thinking: { type: 'enabled', budget_tokens: 1024 } }).finalMessage();
assert.equal(thought.content[0].type, 'thinking');
assert.ok(thought.content[0].signature.length > 0);

const tools = [
  { name: 'lift_gate', input_schema: { type: 'object', properties: { seconds: { type: 'integer' } }, required: ['seconds'] } },
  { name: 'ring_bell', input_schema: { type: 'object', properties: {} } },
];
const called = await client.messages.stream({ ...question, tools, messages: [{ role: 'user', content: 'lift_gate and ring_bell' }] }).finalMessage();
assert.equal(called.stop_reason, 'tool_use');
assert.deepEqual(called.content.map((b) => [b.name, b.input]), [['lift_gate', { seconds: 1 }], ['ring_bell', {}]]);
const after = await client.messages.create({ ...question, tools, messages: [
  { role: 'user', content: 'lift_gate' },
  { role: 'assistant', content: [called.content[0]] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: called.content[0].id, content: 'it is up' }] },
] });
assert.match(after.content[0].text, /it is up/);

const system = [{ type: 'text', text: `All the tolls of ${process.pid}.`, cache_control: { type: 'ephemeral' } }];
const first = (await client.messages.create({ ...question, system })).usage;
const second = (await client.messages.create({ ...question, system })).usage;
assert.ok(first.cache_creation_input_tokens > 0 && first.cache_read_input_tokens === 0);
assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens);

assert.equal((await client.messages.create({ ...question, max_tokens: 2 })).stop_reason, 'max_tokens');
assert.equal((await client.messages.create({ ...question, stop_sequences: ['May'] })).stop_sequence, 'May');
const ids = [];
for await (const model of client.models.list()) ids.push(model.id);
assert.ok(ids.length > 0);
const batch = await client.messages.batches.create({ requests: [{ custom_id: 'one', params: question }] });
assert.equal((await client.messages.batches.retrieve(batch.id)).processing_status, 'in_progress');

await assert.rejects(client.messages.create({ ...question, model: 'sim/529' }), (e) => e.status === 529 && e.error.error.type === 'overloaded_error');
await assert.rejects(client.messages.create({ ...question, max_tokens: 0 }), Anthropic.BadRequestError);
await assert.rejects(client.messages.stream({ ...question, model: 'sim/error-after-3' }).finalMessage(), Anthropic.APIError);
