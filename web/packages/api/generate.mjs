// Writes src/gen/ from openapi.json: the types of every route, and one table of the routes.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const OPENAPI = at('../../../openapi.json');
const PREFIX = '/api/v1';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

await createClient({
  input: OPENAPI,
  output: { path: at('./src/gen'), clean: true, entryFile: false },
  plugins: ['@hey-api/typescript'],
  logs: { level: 'silent' },
});

const typeName = (operationId) =>
  operationId.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());

const { paths } = JSON.parse(readFileSync(OPENAPI, 'utf8'));
const rows = Object.entries(paths)
  .filter(([path]) => path.startsWith(PREFIX))
  .flatMap(([path, operations]) =>
    METHODS.filter((method) => operations[method]).map((method) => {
      const name = typeName(operations[method].operationId);
      const key = `${method.toUpperCase()} ${path.slice(PREFIX.length)}`;
      return `  '${key}': [gen.${name}Data, gen.${name}Responses];`;
    }),
  );
writeFileSync(
  at('./src/gen/operations.gen.ts'),
  `import type * as gen from './types.gen';\n\n/** Every route: what goes in, what comes out. */\nexport interface Operations {\n${rows.sort().join('\n')}\n}\n`,
);
