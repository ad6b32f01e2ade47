export * from './connection';
export * from './identity';
export * from './pending';
export * from './scanner';
export * from './transport';
