import assert from 'node:assert/strict';

/** The same for every generation of the client, and with the base URL above and below the gateway's prefix. */
export async function check(Anthropic) {
  for (const prefix of ['/anthropic', '']) {
    await useful(Anthropic, prefix);
    await refused(Anthropic, prefix);
  }
}

async function useful(Anthropic, prefix) {
  const client = new Anthropic({ baseURL: process.env.GW + prefix, apiKey: 'any', maxRetries: 0 });
  const messages = [{ role: 'user', content: 'May I pass?' }];
  const question = { model: 'claude-sonnet-4-5', max_tokens: 3000, messages };

  const whole = await client.messages.create(question);
  assert.match(whole.content[0].text, /May I pass\?/);
  assert.equal(whole.stop_reason, 'end_turn');
  assert.ok(whole._request_id);
  const streamed = await client.messages.stream(question).finalMessage();
  assert.equal(streamed.content[0].text, whole.content[0].text);
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  assert.equal((await client.messages.countTokens({ model: question.model, messages })).input_tokens, whole.usage.input_tokens);

  const thought = await client.messages.stream({ ...question, thinking: { type: 'enabled', budget_tokens: 1024 } }).finalMessage();
  assert.equal(thought.content[0].type, 'thinking');
  assert.ok(thought.content[0].signature.length > 0);

  const tools = [
    { name: 'lift_gate', input_schema: { type: 'object', properties: { seconds: { type: 'integer' } }, required: ['seconds'] } },
    { name: 'ring_bell', input_schema: { type: 'object', properties: {} } },
  ];
  const called = await client.messages.stream({ ...question, tools, messages: [{ role: 'user', content: 'lift_gate and ring_bell' }] }).finalMessage();
  assert.equal(called.stop_reason, 'tool_use');
  assert.deepEqual(called.content.map((b) => [b.name, b.input]), [['lift_gate', { seconds: 1 }], ['ring_bell', {}]]);
  const after = await client.messages.create({ ...question, tools, messages: [
    { role: 'user', content: 'lift_gate' },
    { role: 'assistant', content: [called.content[0]] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: called.content[0].id, content: 'it is up' }] },
  ] });
  assert.match(after.content[0].text, /it is up/);

  const beta = await client.beta.messages.create({ ...question, betas: ['interleaved-thinking-2025-05-14'] });
  assert.equal(beta.content[0].text, whole.content[0].text);
  const ids = [];
  for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
  assert.deepEqual(ids, ['m', 'gpt-5', 'claude-sonnet-4-5'], 'two pages');
  assert.equal((await client.models.retrieve('claude-sonnet-4-5')).id, 'claude-sonnet-4-5');
}

async function refused(Anthropic, prefix) {
  const at = (apiKey, GW) => new Anthropic({ baseURL: GW + prefix, apiKey, maxRetries: 0 });
  const ask = (client, more) => client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 50, messages: [{ role: 'user', content: 'ping' }], ...more });
  const known = at(process.env.GW_KEY, process.env.GW_CLOSED);
  assert.equal((await ask(known, {})).type, 'message');
  await assert.rejects(ask(known, { model: 'claude-0' }), (e) => {
    assert.ok(e instanceof Anthropic.NotFoundError);
    assert.equal(e.error.error.type, 'not_found_error');
    assert.match(e.message, /claude-sonnet-4-5/, 'the models that exist are named');
    assert.ok(e.requestID);
    assert.equal(e.error.request_id, e.requestID);
    return true;
  });
  await assert.rejects(known.models.retrieve('claude-0'), Anthropic.NotFoundError);
  await assert.rejects(ask(at('wrong-key-0123456789', process.env.GW_CLOSED), {}), (e) => e instanceof Anthropic.AuthenticationError && Boolean(e.requestID) && !e.message.includes('wrong-key'));

  // A provider's own errors pass as they are.
  const open = at('any', process.env.GW);
  await assert.rejects(ask(open, { max_tokens: 0 }), (e) => e instanceof Anthropic.BadRequestError && Boolean(e.requestID) && e.error.request_id === e.requestID);
  await assert.rejects(ask(open, { model: 'sim/529' }), (e) => e.status === 529 && e.error.error.type === 'overloaded_error');
  for (const model of ['sim/error-after-3', 'sim/cut-after-3']) {
    await assert.rejects(async () => { for await (const _ of await ask(open, { model, stream: true })) ; }, Anthropic.APIError, model);
  }
}
