import assert from 'node:assert/strict';
import { axles, dot, run, schema, speaksOpenAI } from './steps.mjs';

/** The same for every generation of the client. */
export function check(Anthropic) {
  const client = new Anthropic({ baseURL: process.env.GW, apiKey: 'any', maxRetries: 0 });
  const prompt = 'May I pass?';
  const messages = [{ role: 'user', content: prompt }];
  const base = { max_tokens: 3000, system: 'Be brief.', messages };
  const tools = [{ name: 'toll_price', input_schema: axles }, { name: 'ring_bell', input_schema: { type: 'object', properties: {} } }];
  const ask = (model, more) => client.messages.create({ model, ...base, ...more });
  const stream = (model, more) => client.messages.stream({ model, ...base, ...more }).finalMessage();

  return run({
    async 'whole and streamed alike'(model) {
      const whole = await ask(model);
      assert.match(whole.content[0].text, /May I pass\?/);
      assert.equal(whole.stop_reason, 'end_turn');
      assert.ok(whole._request_id);
      const streamed = await stream(model);
      assert.equal(streamed.content[0].text, whole.content[0].text);
      assert.equal(streamed.stop_reason, 'end_turn');
      assert.deepEqual([streamed.usage.input_tokens, streamed.usage.output_tokens], [whole.usage.input_tokens, whole.usage.output_tokens]);
    },
    async 'several turns'(model) {
      const after = await ask(model, { messages: [...messages, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: [{ type: 'text', text: 'And tomorrow?' }] }] });
      assert.match(after.content[0].text, /And tomorrow\?/);
    },
    async 'parallel tools, there and back'(model) {
      const question = [{ role: 'user', content: 'toll_price and ring_bell' }];
      for (const called of [await ask(model, { tools, messages: question }), await stream(model, { tools, messages: question })]) {
        assert.equal(called.stop_reason, 'tool_use');
        assert.deepEqual(called.content.map((b) => [b.type, b.name, b.input]), [['tool_use', 'toll_price', { axles: 2 }], ['tool_use', 'ring_bell', {}]]);
        assert.notEqual(called.content[0].id, called.content[1].id);
        const after = await ask(model, { tools, messages: [...question, { role: 'assistant', content: called.content }, { role: 'user', content: [
          { type: 'tool_result', tool_use_id: called.content[0].id, content: 'nine crowns' },
          { type: 'tool_result', tool_use_id: called.content[1].id, content: [{ type: 'text', text: 'it rang' }] },
        ] }] });
        assert.match(after.content[0].text, /it rang/);
      }
    },
    async 'forced tools'(model) {
      const named = await ask(model, { tools, tool_choice: { type: 'tool', name: 'ring_bell' } });
      assert.deepEqual(named.content.map((b) => b.name), ['ring_bell']);
      assert.equal((await ask(model, { tools, tool_choice: { type: 'any' } })).stop_reason, 'tool_use');
      assert.equal((await ask(model, { tools, tool_choice: { type: 'none' } })).stop_reason, 'end_turn');
    },
    async 'a shape'(model) {
      const answer = await ask(model, { output_config: { format: { type: 'json_schema', schema } } });
      assert.deepEqual(JSON.parse(answer.content[0].text), { colour: 'red' });
    },
    async 'the limit of tokens'(model) {
      assert.equal((await ask(model, { max_tokens: 5 })).stop_reason, 'max_tokens');
      assert.equal((await stream(model, { max_tokens: 5 })).stop_reason, 'max_tokens');
    },
    async 'a picture'(model) {
      const plain = await ask(model);
      const pictured = await ask(model, { messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: dot } }] }] });
      assert.match(pictured.content[0].text, /May I pass\?/);
      assert.ok(pictured.usage.input_tokens > plain.usage.input_tokens + 50);
    },
    async thinking(model) {
      if (speaksOpenAI(model)) return; // its thoughts stay with it
      const thinking = { type: 'enabled', budget_tokens: 1024 };
      const whole = await ask(model, { thinking });
      const streamed = await stream(model, { thinking });
      for (const answer of [whole, streamed]) {
        assert.deepEqual(answer.content.map((b) => b.type), ['thinking', 'text']);
        assert.ok(answer.content[0].thinking.length > 0);
        if (model !== 'gcp-vertex') assert.ok(answer.content[0].signature.length > 0); // Gemini signs calls, not thoughts
      }
      assert.deepEqual(streamed.content, whole.content);
      const after = await ask(model, { thinking, messages: [...messages, { role: 'assistant', content: whole.content }, { role: 'user', content: 'And tomorrow?' }] });
      assert.match(after.content.at(-1).text, /And tomorrow\?/);
    },
  });
}
