import Anthropic from 'anthropic-old';
import { check } from './anthropic-steps.mjs';

await check(Anthropic);
