import assert from 'node:assert/strict';
import { AzureOpenAI } from 'openai';

const client = new AzureOpenAI({ endpoint: process.env.SIMULATOR, apiKey: 'any', apiVersion: '2024-10-21', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Is the gate shut?' }];

const whole = await client.chat.completions.create({ model: 'my-deployment', messages });
assert.match(whole.choices[0].message.content, /Is the gate shut\?/);
assert.equal(whole.prompt_filter_results[0].content_filter_results.hate.filtered, false);
assert.equal(whole.choices[0].content_filter_results.violence.severity, 'safe');

const chunks = [];
for await (const chunk of await client.chat.completions.create({ model: 'my-deployment', messages, stream: true })) chunks.push(chunk);
assert.deepEqual(chunks[0].choices, []);
assert.ok(chunks[0].prompt_filter_results);
assert.equal(chunks.map((c) => c.choices[0]?.delta?.content ?? '').join(''), whole.choices[0].message.content);

assert.equal((await client.embeddings.create({ model: 'embedder', input: 'x', dimensions: 8 })).data[0].embedding.length, 8);
assert.match((await client.responses.create({ model: 'gpt-5', input: 'ping' })).output_text, /ping/);
await assert.rejects(client.chat.completions.create({ model: 'sim-429', messages }), (e) => e.status === 429);
