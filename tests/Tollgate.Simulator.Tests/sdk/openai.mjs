import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({ baseURL: process.env.SIMULATOR + '/v1', apiKey: 'sk-any', maxRetries: 0 });
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Is the bridge open today?' }];

const whole = await client.chat.completions.create({ model: 'gpt-5', messages });
assert.match(whole.choices[0].message.content, /Is the bridge open today\?/);
assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);

let text = '';
let usage;
let withoutChoices = 0;
for await (const chunk of await client.chat.completions.create({ model: 'gpt-5', messages, stream: true, stream_options: { include_usage: true } })) {
  assert.ok('usage' in chunk);
  if (chunk.choices.length === 0) { withoutChoices++; usage = chunk.usage; } else { assert.equal(chunk.usage, null); }
  text += chunk.choices[0]?.delta?.content ?? '';
}
assert.equal(text, whole.choices[0].message.content);
assert.deepEqual(usage, whole.usage);
assert.equal(withoutChoices, 1);

const tools = [{ type: 'function', function: { name: 'toll_price', parameters: { type: 'object', properties: { axles: { type: 'integer', minimum: 2 } }, required: ['axles'] } } }];
const runner = client.chat.completions.stream({ model: 'gpt-5', messages, tools, tool_choice: 'required' });
const called = (await runner.finalChatCompletion()).choices[0];
assert.equal(called.finish_reason, 'tool_calls');
assert.deepEqual(JSON.parse(called.message.tool_calls[0].function.arguments), { axles: 2 });

const response_format = { type: 'json_schema', json_schema: { name: 'sign', strict: true, schema: { type: 'object', properties: { colour: { type: 'string', enum: ['red', 'green'] } }, required: ['colour'], additionalProperties: false } } };
const parsed = await client.chat.completions.parse({ model: 'gpt-5', messages, response_format });
assert.deepEqual(JSON.parse(parsed.choices[0].message.content), { colour: 'red' });

const base64 = (await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a gate' })).data[0].embedding;
const floats = (await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a gate', encoding_format: 'float' })).data[0].embedding;
assert.equal(base64.length, 1536);
assert.deepEqual(base64, floats.map(Math.fround));

const response = await client.responses.create({ model: 'gpt-5', input: 'Who goes there?' });
assert.match(response.output_text, /Who goes there\?/);
const events = [];
const stream = client.responses.stream({ model: 'gpt-5', input: 'Who goes there?', reasoning: { effort: 'low', summary: 'auto' } });
for await (const event of stream) events.push(event);
assert.equal((await stream.finalResponse()).output_text, response.output_text);
assert.deepEqual(events.map((e) => e.sequence_number), events.map((_, i) => i));
assert.equal(events.at(-1).type, 'response.completed');
assert.ok(events.some((e) => e.type === 'response.reasoning_summary_text.delta'));
assert.equal((await client.responses.retrieve(response.id)).id, response.id);
const next = await client.responses.create({ model: 'gpt-5', input: 'And now?', previous_response_id: response.id });
assert.ok(next.usage.input_tokens > response.usage.total_tokens);
assert.equal((await client.responses.inputItems.list(response.id)).data.length, 1);
await client.responses.delete(response.id);
await assert.rejects(client.responses.retrieve(response.id), OpenAI.NotFoundError);
const toolStream = client.responses.stream({ model: 'gpt-5', input: 'Price?', tool_choice: 'required', tools: [{ type: 'function', name: 'toll_price', strict: false, parameters: tools[0].function.parameters }] });
assert.equal((await toolStream.finalResponse()).output[0].arguments, '{"axles":2}');

const image = await client.images.generate({ model: 'gpt-image-1', prompt: 'a gate', n: 2 });
assert.equal(image.data.length, 2);
assert.equal(Buffer.from(image.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
const edited = await client.images.edit({ model: 'gpt-image-1', prompt: 'a red gate', image: await toFile(Buffer.from(image.data[0].b64_json, 'base64'), 'gate.png', { type: 'image/png' }) });
assert.equal(edited.data.length, 1);

const speech = Buffer.from(await (await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Halt!' })).arrayBuffer());
assert.equal(speech.subarray(0, 4).toString(), 'RIFF');
const recording = () => toFile(speech, 'halt.wav', { type: 'audio/wav' });
let heard = '';
for await (const event of await client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: await recording(), stream: true })) heard += event.delta ?? '';
assert.equal((await client.audio.transcriptions.create({ model: 'whisper-1', file: await recording() })).text, heard);
assert.match(await client.audio.transcriptions.create({ model: 'whisper-1', file: await recording(), response_format: 'vtt' }), /^WEBVTT/);
assert.equal((await client.audio.translations.create({ model: 'whisper-1', file: await recording(), response_format: 'verbose_json' })).segments.length, 1);

assert.equal((await client.moderations.create({ model: 'omni-moderation-latest', input: 'violence' })).results[0].flagged, true);
assert.ok((await client.models.list()).data.length > 0);
assert.equal((await client.models.retrieve('any-name')).id, 'any-name');

const file = await client.files.create({ file: await toFile(Buffer.from('{}\n'), 'batch.jsonl'), purpose: 'batch' });
assert.equal(await (await client.files.content(file.id)).text(), '{}\n');
const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
assert.equal((await client.batches.cancel(batch.id)).status, 'cancelled');
assert.equal((await client.files.list()).data.some((f) => f.id === file.id), true);
assert.equal((await client.files.delete(file.id)).deleted, true);
const store = await client.vectorStores.create({ name: 'tolls' });
assert.equal((await client.vectorStores.retrieve(store.id)).name, 'tolls');
const thread = await client.beta.threads.create();
await client.beta.threads.messages.create(thread.id, { role: 'user', content: 'hello' });
assert.equal((await client.beta.threads.messages.list(thread.id)).data[0].content[0].text.value, 'hello');

await assert.rejects(client.chat.completions.create({ model: 'sim/429', messages }), (e) => e instanceof OpenAI.RateLimitError && e.headers.get('retry-after') === '1');
await assert.rejects(client.chat.completions.create({ model: 'sim/401', messages }), OpenAI.AuthenticationError);
await assert.rejects(client.chat.completions.create({ model: 'gpt-5', messages: [] }), (e) => e instanceof OpenAI.BadRequestError && e.code === 'empty_array');
await assert.rejects(async () => { for await (const _ of await client.chat.completions.create({ model: 'sim/error-after-3', messages, stream: true })) ; }, OpenAI.APIError);
