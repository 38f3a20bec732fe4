import assert from 'node:assert/strict';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';

const client = new AnthropicBedrock({ baseURL: process.env.SIMULATOR, awsRegion: 'us-east-1', awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'SECRETEXAMPLE', maxRetries: 0 });
const question = { model: 'us.anthropic.claude-sonnet-4-20250514-v1:0', max_tokens: 300, messages: [{ role: 'user', content: 'May I pass?' }] };

const whole = await client.messages.create(question);
assert.match(whole.content[0].text, /May I pass\?/);
let text = '';
const types = [];
for await (const event of await client.messages.create({ ...question, stream: true })) {
  types.push(event.type);
  text += event.delta?.text ?? '';
}
assert.equal(text, whole.content[0].text);
assert.equal(types[0], 'message_start');
assert.equal(types.at(-1), 'message_stop');
const arn = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.x-v1:0';
assert.equal((await client.messages.create({ ...question, model: arn })).type, 'message');
await assert.rejects(client.messages.create({ ...question, model: 'sim/429' }), (e) => e.status === 429);
