import assert from 'node:assert/strict';
import OpenAI from 'openai';

const at = (apiKey, GW = process.env.GW_CLOSED) => new OpenAI({ baseURL: GW + '/v1', apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: 'ping' }];
const ask = (client, more) => client.chat.completions.create({ model: 'gpt-5', messages, ...more });
const known = at(process.env.GW_KEY);

assert.ok((await ask(known, {})).choices.length > 0);

await assert.rejects(ask(known, { model: 'gpt-0' }), (e) => {
  assert.ok(e instanceof OpenAI.NotFoundError);
  assert.equal(e.code, 'model_not_found');
  assert.equal(e.param, 'model');
  assert.match(e.message, /gpt-5, claude-sonnet-4-5/, 'the models that exist are named');
  assert.ok(e.requestID);
  return true;
});
await assert.rejects(ask(known, { model: 'gpt-0', stream: true }), OpenAI.NotFoundError);
await assert.rejects(known.models.retrieve('gpt-0'), OpenAI.NotFoundError);
await assert.rejects(known.post('/no/such/path', { body: {} }), OpenAI.NotFoundError);

for (const client of [at('wrong-key-0123456789'), at(' ')]) {
  await assert.rejects(ask(client, {}), (e) => e instanceof OpenAI.AuthenticationError && Boolean(e.requestID) && !e.message.includes('wrong-key'));
}
await assert.rejects(known.post('/chat/completions', { body: '{"model":', headers: { 'content-type': 'application/json' } }), (e) => e instanceof OpenAI.BadRequestError && Boolean(e.requestID));
await assert.rejects(known.post('/chat/completions', { body: '{"model":"gpt-5","model":"gpt-5","messages":[]}', headers: { 'content-type': 'application/json' } }), OpenAI.BadRequestError);

// A provider's own errors pass as they are.
const open = at('any', process.env.GW);
await assert.rejects(ask(open, { messages: [] }), (e) => e instanceof OpenAI.BadRequestError && e.code === 'empty_array' && Boolean(e.requestID));
await assert.rejects(ask(open, { model: 'sim/429' }), (e) => e instanceof OpenAI.RateLimitError && e.headers.get('retry-after') === '1');
await assert.rejects(ask(open, { model: 'sim/500' }), OpenAI.InternalServerError);
await assert.rejects(ask(open, { model: 'sim/html-502' }), (e) => e instanceof OpenAI.InternalServerError && e.status === 502 && e.error.message.length > 0);
for (const model of ['sim/error-after-3', 'sim/cut-after-3']) {
  await assert.rejects(async () => { for await (const _ of await ask(open, { model, stream: true })) ; }, OpenAI.APIError, model);
}
