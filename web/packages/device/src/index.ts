export * from './connection';
export * from './identity';
export * from './live';
export * from './pending';
export * from './scanner';
export * from './transport';
