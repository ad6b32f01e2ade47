// Writes src/gen/types.gen.ts from openapi.json: types only, no client.
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';

await createClient({
  input: fileURLToPath(new URL('../../../openapi.json', import.meta.url)),
  output: { path: fileURLToPath(new URL('./src/gen', import.meta.url)), clean: true },
  plugins: ['@hey-api/typescript'],
});
