import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({ baseURL: process.env.GW + '/v1', apiKey: 'sk-any', maxRetries: 0 });
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Is the bridge open today?' }];

const { data: whole, response: raw } = await client.chat.completions.create({ model: 'gpt-5', messages }).withResponse();
assert.match(whole.choices[0].message.content, /Is the bridge open today\?/);
assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);
assert.equal(raw.headers.get('x-tollgate-provider'), 'sim');
assert.ok(whole._request_id, 'the request id of the provider is visible');

const collect = async (more) => {
  let text = '';
  const usages = [];
  let empty = 0;
  for await (const chunk of await client.chat.completions.create({ model: 'gpt-5', messages, stream: true, ...more })) {
    text += chunk.choices[0]?.delta?.content ?? '';
    if (chunk.choices.length === 0) empty++;
    if (chunk.usage) usages.push(chunk.usage);
  }
  return { text, usages, empty };
};
assert.deepEqual(await collect({}), { text: whole.choices[0].message.content, usages: [], empty: 0 });
assert.deepEqual(await collect({ stream_options: { include_usage: false } }), { text: whole.choices[0].message.content, usages: [], empty: 0 });
assert.deepEqual(await collect({ stream_options: { include_usage: true } }), { text: whole.choices[0].message.content, usages: [whole.usage], empty: 1 });

const tools = [{ type: 'function', function: { name: 'toll_price', parameters: { type: 'object', properties: { axles: { type: 'integer', minimum: 2 } }, required: ['axles'] } } }];
const called = (await client.chat.completions.stream({ model: 'gpt-5', messages, tools, tool_choice: 'required' }).finalChatCompletion()).choices[0];
assert.equal(called.finish_reason, 'tool_calls');
assert.deepEqual(JSON.parse(called.message.tool_calls[0].function.arguments), { axles: 2 });
const after = await client.chat.completions.create({ model: 'gpt-5', tools, messages: [...messages, called.message, { role: 'tool', tool_call_id: called.message.tool_calls[0].id, content: 'nine crowns' }] });
assert.match(after.choices[0].message.content, /nine crowns/);

const response_format = { type: 'json_schema', json_schema: { name: 'sign', strict: true, schema: { type: 'object', properties: { colour: { type: 'string', enum: ['red', 'green'] } }, required: ['colour'], additionalProperties: false } } };
assert.deepEqual(JSON.parse((await client.chat.completions.parse({ model: 'gpt-5', messages, response_format })).choices[0].message.content), { colour: 'red' });

// The client asks for base64 by itself and decodes it; asked for floats it must get the same vector.
const base64 = (await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a gate' })).data[0].embedding;
const floats = (await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a gate', encoding_format: 'float' })).data[0].embedding;
assert.equal(base64.length, 1536);
assert.deepEqual(base64, floats.map(Math.fround));

const completion = await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'The gate' });
assert.ok(completion.choices[0].text.length > 0);
let text = '';
for await (const chunk of await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'The gate', stream: true })) {
  assert.ok(chunk.choices.length > 0, 'nobody asked for usage');
  text += chunk.choices[0].text;
}
assert.equal(text, completion.choices[0].text);

assert.equal((await client.moderations.create({ model: 'omni-moderation-latest', input: 'violence' })).results[0].flagged, true);
assert.deepEqual((await client.models.list()).data.map((m) => m.id), ['m', 'gpt-5', 'claude-sonnet-4-5']);
assert.equal((await client.models.retrieve('gpt-5')).id, 'gpt-5');

const image = await client.images.generate({ model: 'gpt-image-1', prompt: 'a gate', n: 2 });
assert.equal(image.data.length, 2);
const picture = Buffer.from(image.data[0].b64_json, 'base64');
assert.equal(picture.subarray(1, 4).toString(), 'PNG');
const edited = await client.images.edit({ model: 'gpt-image-1', prompt: 'a red gate', image: await toFile(picture, 'gate.png', { type: 'image/png' }) });
assert.equal(Buffer.from(edited.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');

const speech = Buffer.from(await (await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Halt!' })).arrayBuffer());
assert.equal(speech.subarray(0, 4).toString(), 'RIFF');
const recording = () => toFile(speech, 'halt.wav', { type: 'audio/wav' });
let heard = '';
for await (const event of await client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: await recording(), stream: true })) heard += event.delta ?? '';
assert.equal((await client.audio.transcriptions.create({ model: 'whisper-1', file: await recording() })).text, heard);
assert.match(await client.audio.transcriptions.create({ model: 'whisper-1', file: await recording(), response_format: 'vtt' }), /^WEBVTT/);
assert.ok((await client.audio.translations.create({ model: 'whisper-1', file: await recording() })).text.length > 0);

const file = await client.files.create({ file: await toFile(Buffer.from('{}\n'), 'batch.jsonl'), purpose: 'batch' });
assert.equal(await (await client.files.content(file.id)).text(), '{}\n');
assert.ok((await client.files.list()).data.some((f) => f.id === file.id));
const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
assert.equal((await client.batches.cancel(batch.id)).status, 'cancelled');
assert.equal((await client.files.delete(file.id)).deleted, true);
const thread = await client.beta.threads.create();
await client.beta.threads.messages.create(thread.id, { role: 'user', content: 'hello' });
assert.equal((await client.beta.threads.messages.list(thread.id)).data[0].content[0].text.value, 'hello');
