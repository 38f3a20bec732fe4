import assert from 'node:assert/strict';
import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';

const authClient = { projectId: 'p', getRequestHeaders: async () => new Headers({ authorization: 'Bearer any' }) };
const client = new AnthropicVertex({ baseURL: process.env.SIMULATOR + '/v1', region: 'us-east5', projectId: 'p', authClient, maxRetries: 0 });
const question = { model: 'claude-sonnet-4@20250514', max_tokens: 300, messages: [{ role: 'user', content: 'May I pass?' }] };

const whole = await client.messages.create(question);
assert.equal(whole.model, 'claude-sonnet-4@20250514');
let text = '';
for await (const event of await client.messages.create({ ...question, stream: true })) text += event.delta?.text ?? '';
assert.equal(text, whole.content[0].text);
assert.equal((await client.messages.countTokens({ model: question.model, messages: question.messages })).input_tokens, whole.usage.input_tokens);
const tools = [{ name: 'lift_gate', input_schema: { type: 'object', properties: {} } }];
assert.equal((await client.messages.create({ ...question, tools, tool_choice: { type: 'any' } })).content[0].name, 'lift_gate');
