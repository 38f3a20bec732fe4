import assert from 'node:assert/strict';
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';

const googleAuthOptions = { authClient: { getRequestHeaders: async () => new Headers({ authorization: 'Bearer any' }) } };
const vertex = new GoogleGenAI({ vertexai: true, project: 'p', location: 'us-central1', googleAuthOptions, httpOptions: { baseUrl: process.env.SIMULATOR, apiVersion: 'v1' } });
const gemini = new GoogleGenAI({ vertexai: false, apiKey: 'any', httpOptions: { baseUrl: process.env.SIMULATOR } });
const model = 'gemini-2.5-flash';

for (const client of [vertex, gemini]) {
  const whole = await client.models.generateContent({ model, contents: 'May I pass?' });
  assert.match(whole.text, /May I pass\?/);
  assert.equal(whole.usageMetadata.totalTokenCount, whole.usageMetadata.promptTokenCount + whole.usageMetadata.candidatesTokenCount);
  let text = '';
  let last;
  for await (const chunk of await client.models.generateContentStream({ model, contents: 'May I pass?' })) { text += chunk.text ?? ''; last = chunk; }
  assert.equal(text, whole.text);
  assert.equal(last.candidates[0].finishReason, 'STOP');
  assert.equal(last.usageMetadata.candidatesTokenCount, whole.usageMetadata.candidatesTokenCount);
  assert.equal((await client.models.countTokens({ model, contents: 'May I pass?' })).totalTokens, whole.usageMetadata.promptTokenCount);
}

const functionDeclarations = [{ name: 'lift_gate', parametersJsonSchema: { type: 'object', properties: { seconds: { type: 'integer' } }, required: ['seconds'] } }];
const config = { tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } };
const called = await vertex.models.generateContent({ model, contents: 'now', config });
assert.deepEqual(called.functionCalls, [{ name: 'lift_gate', args: { seconds: 1 } }]);
const json = await vertex.models.generateContent({ model, contents: 'now', config: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT', properties: { open: { type: 'BOOLEAN' } }, required: ['open'] } } });
assert.deepEqual(JSON.parse(json.text), { open: true });
const thought = await vertex.models.generateContent({ model, contents: 'now', config: { thinkingConfig: { includeThoughts: true } } });
assert.equal(thought.candidates[0].content.parts[0].thought, true);
assert.ok(thought.usageMetadata.thoughtsTokenCount > 0);
assert.equal((await vertex.models.embedContent({ model: 'text-embedding-005', contents: 'a gate' })).embeddings[0].values.length, 768);
await assert.rejects(vertex.models.generateContent({ model: 'sim/429', contents: 'x' }), (e) => e.status === 429);
