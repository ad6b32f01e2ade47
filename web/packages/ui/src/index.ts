export { default as ChoiceButton } from './ChoiceButton.vue';
export { default as IconMark } from './IconMark.vue';
export type { IconName } from './IconMark.vue';
export { default as KeyPad } from './KeyPad.vue';
export { default as PosButton } from './PosButton.vue';
export { default as SheetPanel } from './SheetPanel.vue';
export { default as StepCount } from './StepCount.vue';
