/** Goods and prices in words. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

export const t = speaker<keyof typeof zh>(zh, en);
