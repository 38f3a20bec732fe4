import assert from 'node:assert/strict';
import { ChatOpenAI } from '@langchain/openai';
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { axles, run, schema } from './steps.mjs';

const at = (model, useResponsesApi) => new ChatOpenAI({ model, apiKey: 'any', maxRetries: 0, useResponsesApi, configuration: { baseURL: process.env.GW + '/v1' } });
const question = [new SystemMessage('Be brief.'), new HumanMessage('Good day.'), new AIMessage('Good day.'), new HumanMessage('Is the bridge open today?')];
const tools = [
  { type: 'function', function: { name: 'toll_price', parameters: axles } },
  { type: 'function', function: { name: 'ring_bell', parameters: { type: 'object', properties: {} } } },
];

const checks = (useResponsesApi) => ({
  async 'whole and streamed alike'(kind) {
    const whole = await at(kind, useResponsesApi).invoke(question);
    assert.match(whole.text, /Is the bridge open today\?/);
    let streamed;
    for await (const chunk of await at(kind, useResponsesApi).stream(question)) streamed = streamed ? streamed.concat(chunk) : chunk;
    assert.equal(streamed.text, whole.text);
    assert.deepEqual([streamed.usage_metadata.input_tokens, streamed.usage_metadata.output_tokens], [whole.usage_metadata.input_tokens, whole.usage_metadata.output_tokens]);
  },
  async 'tools, there and back'(kind) {
    const model = at(kind, useResponsesApi).bindTools(tools);
    const ask = new HumanMessage('toll_price and ring_bell');
    const called = await model.invoke([ask]);
    assert.deepEqual(called.tool_calls.map((c) => [c.name, c.args]), [['toll_price', { axles: 2 }], ['ring_bell', {}]]);
    const results = called.tool_calls.map((c) => new ToolMessage({ tool_call_id: c.id, content: c.name + ' is done' }));
    assert.match((await model.invoke([ask, called, ...results])).text, /ring_bell is done/);
  },
  async 'a shape'(kind) {
    const answer = await at(kind, useResponsesApi).withStructuredOutput(schema, { name: 'sign', method: 'jsonSchema' }).invoke(question);
    assert.deepEqual(answer, { colour: 'red' });
  },
});

await run(checks(false));
await run(checks(true));
