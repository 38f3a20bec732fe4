import Anthropic from 'anthropic-old';
import { check } from './anthropic-checks.mjs';

await check(Anthropic);
