import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

// The client insists on wss; the gateway under test has no certificate, so the socket is opened without TLS.
const { hostname, port } = new URL(process.env.GW);
const createConnection = () => net.connect(Number(port), hostname);
const client = new OpenAI({ baseURL: process.env.GW + '/v1', apiKey: 'sk-any' });
const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { createConnection } }, client);
realtime.on('error', (e) => { throw e; });
const next = (type) => new Promise((resolve) => { realtime.once(type, resolve); });

await next('session.created');
let text = '';
realtime.on('response.output_text.delta', (e) => { text += e.delta; });
const done = next('response.done');
realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Open the gate, please.' }] } });
realtime.send({ type: 'response.create' });
assert.equal((await done).response.status, 'completed');
assert.match(text, /Open the gate, please\./);
const closed = once(realtime.socket, 'close');
realtime.close();
await closed;
