import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.GW + '/v1', apiKey: 'sk-any', maxRetries: 0 });

const response = await client.responses.create({ model: 'gpt-5', input: 'Who goes there?' });
assert.match(response.output_text, /Who goes there\?/);

const events = [];
const stream = client.responses.stream({ model: 'gpt-5', input: 'Who goes there?', reasoning: { effort: 'low', summary: 'auto' } });
for await (const event of stream) events.push(event);
assert.equal((await stream.finalResponse()).output_text, response.output_text);
assert.deepEqual(events.map((e) => e.sequence_number), events.map((_, i) => i));
assert.equal(events.at(-1).type, 'response.completed');
assert.ok(events.some((e) => e.type === 'response.reasoning_summary_text.delta'));

assert.equal((await client.responses.retrieve(response.id)).output_text, response.output_text);
assert.equal((await client.responses.inputItems.list(response.id)).data.length, 1);
const next = await client.responses.create({ model: 'gpt-5', input: 'And now?', previous_response_id: response.id });
assert.ok(next.usage.input_tokens > response.usage.total_tokens);
assert.ok((await client.responses.inputTokens.count({ model: 'gpt-5', input: 'Who goes there?' })).input_tokens > 0);

await client.responses.delete(response.id);
await assert.rejects(client.responses.retrieve(response.id), OpenAI.NotFoundError);

const parameters = { type: 'object', properties: { axles: { type: 'integer', minimum: 2 } }, required: ['axles'] };
const called = await client.responses.stream({ model: 'gpt-5', input: 'Price?', tool_choice: 'required', tools: [{ type: 'function', name: 'toll_price', strict: false, parameters }] }).finalResponse();
assert.equal(called.output[0].arguments, '{"axles":2}');
