import Anthropic from '@anthropic-ai/sdk';
import { check } from './anthropic-checks.mjs';

await check(Anthropic);
