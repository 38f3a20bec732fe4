import assert from 'node:assert/strict';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';

const configuration = { baseURL: process.env.GW + '/v1' };
const prompt = 'Is the bridge open today?';
for (const useResponsesApi of [false, true]) {
  const model = new ChatOpenAI({ model: 'gpt-5', apiKey: 'any', maxRetries: 0, useResponsesApi, configuration });
  const whole = await model.invoke(prompt);
  assert.match(whole.text, /Is the bridge open today\?/);
  let text = '';
  let usage;
  for await (const chunk of await model.stream(prompt)) {
    text += chunk.text;
    usage = chunk.usage_metadata ?? usage;
  }
  assert.equal(text, whole.text);
  assert.equal(usage.output_tokens, whole.usage_metadata.output_tokens);
}

const vector = await new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey: 'any', configuration }).embedQuery('a gate');
assert.equal(vector.length, 1536);
