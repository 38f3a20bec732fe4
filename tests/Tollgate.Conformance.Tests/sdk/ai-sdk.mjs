import assert from 'node:assert/strict';
import { embed, generateText, jsonSchema, streamText, tool } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';

const { GW } = process.env;
const openai = createOpenAI({ baseURL: GW + '/v1', apiKey: 'any' });
const compatible = createOpenAICompatible({ name: 'tollgate', baseURL: GW + '/v1', apiKey: 'any', includeUsage: true });
const models = {
  chat: openai.chat('gpt-5'),
  responses: openai.responses('gpt-5'),
  compatible: compatible('gpt-5'),
  anthropic: createAnthropic({ baseURL: GW + '/anthropic/v1', apiKey: 'any' })('claude-sonnet-4-5'),
  'anthropic at the root': createAnthropic({ baseURL: GW + '/v1', apiKey: 'any' })('claude-sonnet-4-5'),
};
const prompt = 'Is the bridge open today?';

for (const [name, model] of Object.entries(models)) {
  const whole = await generateText({ model, prompt, maxRetries: 0, maxOutputTokens: 500 });
  assert.match(whole.text, /Is the bridge open today\?/, name);
  assert.ok(whole.usage.inputTokens > 0 && whole.usage.outputTokens > 0, name);

  const stream = streamText({ model, prompt, maxRetries: 0, maxOutputTokens: 500, onError: ({ error }) => { throw error; } });
  let text = '';
  for await (const piece of stream.textStream) text += piece;
  assert.equal(text, whole.text, name);
  assert.equal((await stream.usage).outputTokens, whole.usage.outputTokens, name);

  const tools = { toll_price: tool({ description: 'The price of a crossing', inputSchema: jsonSchema({ type: 'object', properties: { axles: { type: 'integer', minimum: 2 } }, required: ['axles'] }) }) };
  const called = await generateText({ model, prompt, tools, toolChoice: 'required', maxRetries: 0, maxOutputTokens: 500 });
  assert.deepEqual(called.toolCalls.map((c) => [c.toolName, c.input.axles >= 1]), [['toll_price', true]], name);
}

assert.equal((await embed({ model: openai.textEmbeddingModel('text-embedding-3-small'), value: 'a gate' })).embedding.length, 1536);
