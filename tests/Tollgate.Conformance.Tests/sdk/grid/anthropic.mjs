import Anthropic from '@anthropic-ai/sdk';
import { check } from './anthropic-steps.mjs';

await check(Anthropic);
