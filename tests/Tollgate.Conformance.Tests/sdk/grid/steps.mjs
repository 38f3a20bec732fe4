/** Runs every check with every kind of provider, and tells all that failed before it gives up. */
export async function run(checks) {
  const failures = [];
  for (const kind of process.env.KINDS.split(',')) {
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check(kind);
      } catch (error) {
        failures.push(`${kind}: ${name}: ${error.stack}`);
      }
    }
  }
  if (failures.length === 0) return;
  console.error(failures.join('\n\n'));
  process.exitCode = 1;
}

/** A picture of one dot. */
export const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const schema = { type: 'object', properties: { colour: { type: 'string', enum: ['red', 'green'] } }, required: ['colour'], additionalProperties: false };

export const axles = { type: 'object', properties: { axles: { type: 'integer', minimum: 2 } }, required: ['axles'] };

/** Those whose own dialect is chat completions: their thoughts stay with them. */
export const speaksOpenAI = (kind) => kind.endsWith('openai') || kind === 'chat-only';

/** Those that a client of responses is passed on to as it is. */
export const speaksResponses = (kind) => kind.endsWith('openai') || kind === 'responses-only';
