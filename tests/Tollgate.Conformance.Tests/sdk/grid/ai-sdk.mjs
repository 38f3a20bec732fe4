import assert from 'node:assert/strict';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { axles, run } from './steps.mjs';

const { GW } = process.env;
const providers = {
  openai: createOpenAI({ baseURL: GW + '/v1', apiKey: 'any' }).chat,
  responses: createOpenAI({ baseURL: GW + '/v1', apiKey: 'any' }).responses,
  compatible: createOpenAICompatible({ name: 'tollgate', baseURL: GW + '/v1', apiKey: 'any', includeUsage: true }),
  anthropic: createAnthropic({ baseURL: GW + '/v1', apiKey: 'any' }),
};
const prompt = 'Is the bridge open today?';

const checks = {};
for (const [name, provider] of Object.entries(providers)) {
  checks[name + ' with text'] = async (kind) => {
    const question = { model: provider(kind), system: 'Be brief.', prompt, maxRetries: 0, maxOutputTokens: 500 };
    const whole = await generateText(question);
    assert.match(whole.text, /Is the bridge open today\?/);
    assert.equal(whole.finishReason, 'stop');
    const stream = streamText({ ...question, onError: () => {} });
    let text = '';
    for await (const piece of stream.textStream) text += piece;
    assert.equal(text, whole.text);
    const usage = await stream.usage;
    assert.deepEqual([usage.inputTokens, usage.outputTokens], [whole.usage.inputTokens, whole.usage.outputTokens]);
    assert.equal((await generateText({ ...question, maxOutputTokens: 16 })).finishReason, 'length');
  };
  checks[name + ' with tools'] = async (kind) => {
    const rung = [];
    const tools = {
      toll_price: tool({ description: 'The price of a crossing', inputSchema: jsonSchema(axles), execute: ({ axles: count }) => { rung.push(count); return 'nine crowns'; } }),
      ring_bell: tool({ inputSchema: jsonSchema({ type: 'object', properties: {} }), execute: () => { rung.push('bell'); return 'it rang'; } }),
    };
    const question = { model: provider(kind), prompt: 'toll_price and ring_bell', tools, stopWhen: stepCountIs(3), maxRetries: 0, maxOutputTokens: 500 };
    const whole = await generateText(question);
    assert.match(whole.text, /it rang/);
    const stream = streamText({ ...question, onError: () => {} });
    assert.match(await stream.text, /it rang/);
    assert.deepEqual(rung, [2, 'bell', 2, 'bell']);
  };
}

await run(checks);
