#!/usr/bin/env node
import { answerIdle } from './idle/answer.ts';

declare const __BUILD__: string;

if (!answerIdle(__BUILD__)) await import('./main.ts');
