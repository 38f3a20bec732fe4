import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { axles, dot, run, schema, speaksOpenAI } from './steps.mjs';

const client = new OpenAI({ baseURL: process.env.GW + '/v1', apiKey: 'any', maxRetries: 0 });
const prompt = 'Is the bridge open today?';
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: prompt }];
const tools = [
  { type: 'function', function: { name: 'toll_price', parameters: axles } },
  { type: 'function', function: { name: 'ring_bell', parameters: { type: 'object', properties: {} } } },
];
const ask = async (model, more) => (await client.chat.completions.create({ model, messages, ...more })).choices[0];

await run({
  async 'whole and streamed alike'(model) {
    const whole = await client.chat.completions.create({ model, messages });
    assert.match(whole.choices[0].message.content, /Is the bridge open today\?/);
    assert.equal(whole.choices[0].finish_reason, 'stop');
    assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);
    if (!speaksOpenAI(model)) assert.ok(whole._request_id); // a relayed answer has what its provider gives
    const streamed = await client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } }).finalChatCompletion();
    assert.equal(streamed.choices[0].message.content, whole.choices[0].message.content);
    assert.deepEqual(streamed.usage, whole.usage);
    let empty = 0;
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) if (chunk.choices.length === 0 && chunk.usage) empty++;
    assert.equal(empty, 0, 'nobody asked for usage');
  },
  async 'system prompt'(model) {
    const without = await client.chat.completions.create({ model, messages: messages.slice(1) });
    const long = await client.chat.completions.create({ model, messages: [{ role: 'system', content: 'word '.repeat(200) }, messages[1]] });
    assert.ok(long.usage.prompt_tokens > without.usage.prompt_tokens + 100);
  },
  async 'several turns'(model) {
    const choice = await ask(model, { messages: [...messages, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'And tomorrow?' }] });
    assert.match(choice.message.content, /And tomorrow\?/);
  },
  async 'parallel tools, there and back'(model) {
    const question = [messages[0], { role: 'user', content: 'toll_price and ring_bell' }];
    const streamed = (await client.chat.completions.stream({ model, messages: question, tools }).finalChatCompletion()).choices[0];
    const whole = await ask(model, { messages: question, tools });
    for (const choice of [whole, streamed]) {
      assert.equal(choice.finish_reason, 'tool_calls');
      assert.deepEqual(choice.message.tool_calls.map((c) => [c.function.name, JSON.parse(c.function.arguments)]), [['toll_price', { axles: 2 }], ['ring_bell', {}]]);
      const [first, second] = choice.message.tool_calls;
      assert.notEqual(first.id, second.id);
      const after = await ask(model, { tools, messages: [...question, choice.message, { role: 'tool', tool_call_id: first.id, content: 'nine crowns' }, { role: 'tool', tool_call_id: second.id, content: 'it rang' }] });
      assert.match(after.message.content, /it rang/);
    }
  },
  async 'forced tools'(model) {
    const named = await ask(model, { tools, tool_choice: { type: 'function', function: { name: 'ring_bell' } } });
    assert.deepEqual(named.message.tool_calls.map((c) => c.function.name), ['ring_bell']);
    const any = await ask(model, { tools, tool_choice: 'required' });
    assert.equal(any.message.tool_calls.length, 1);
    const none = await ask(model, { tools, tool_choice: 'none' });
    assert.equal(none.finish_reason, 'stop');
  },
  async 'a shape'(model) {
    const parsed = await client.chat.completions.parse({ model, messages, response_format: { type: 'json_schema', json_schema: { name: 'sign', strict: true, schema } } });
    assert.deepEqual(parsed.choices[0].message.parsed, { colour: 'red' });
  },
  async 'the limit of tokens'(model) {
    for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
      assert.equal((await ask(model, limit)).finish_reason, 'length');
      assert.equal((await client.chat.completions.stream({ model, messages, ...limit }).finalChatCompletion()).choices[0].finish_reason, 'length');
    }
  },
  async 'a stop sequence'(model) {
    if (model === 'responses-only') return assert.rejects(ask(model, { stop: ['bridge'] }), (e) => e.status === 400 && e.param === 'stop');
    const choice = await ask(model, { stop: ['bridge'] });
    assert.equal(choice.finish_reason, 'stop');
    assert.ok(!choice.message.content.includes('bridge'));
  },
  async 'a picture'(model) {
    const plain = await client.chat.completions.create({ model, messages });
    const pictured = await client.chat.completions.create({ model, messages: [messages[0], { role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url: 'data:image/png;base64,' + dot } }] }] });
    assert.match(pictured.choices[0].message.content, /Is the bridge open today\?/);
    assert.ok(pictured.usage.prompt_tokens > plain.usage.prompt_tokens + 50);
  },
  async thinking(model) {
    if (speaksOpenAI(model)) return; // its thoughts stay with it
    // Effort alone does not ask these to show what they think.
    const more = ['gcp-vertex', 'responses-only'].includes(model) ? { thinking: { type: 'enabled', budget_tokens: 1024, includeThoughts: true } } : { reasoning_effort: 'low' };
    const whole = await ask(model, more);
    assert.ok(whole.message.reasoning_content?.length > 0, JSON.stringify(whole.message));
    let thought = '';
    for await (const chunk of await client.chat.completions.create({ model, messages, ...more, stream: true })) thought += chunk.choices[0]?.delta?.reasoning_content ?? '';
    assert.equal(thought, whole.message.reasoning_content);
  },
});
