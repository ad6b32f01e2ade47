export * from './basket';
export * from './cash';
export * from './id';
export * from './moment';
export * from './money';
export * from './scan';
export * from './text';
