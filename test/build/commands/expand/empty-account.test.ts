import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { choices, server } from '../../stages/expand/predict/told-server.ts';
import { sparsedge, temporaryFolder } from '../command-line.ts';

test('expand ends with exit code 1 when the account is empty, and keeps what was done', async () => {
  const folder = temporaryFolder();
  const ids = ['a', 'b', 'c', 'd'];
  writeFileSync(
    join(folder, 'pages.jsonl'),
    ids.map((id) => JSON.stringify({ id, text: `This is page ${id}.` })).join('\n'),
  );
  let isPaid = false;
  let answered = 0;
  const { url } = await server(() =>
    isPaid || answered++ < 2
      ? { body: choices('which page is it') }
      : { status: 402, body: { error: { message: 'Insufficient credits. Add more and retry.' } } },
  );
  const args = ['expand', 'pages.jsonl', '-o', 'out.jsonl', '--server', url, '--model', 'm'];
  const more = ['--queries', '1', '--concurrency', '1'];
  const ended = await sparsedge(folder, [...args, ...more]);
  expect(ended).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'wants to be paid: 402 Insufficient credits. Add more and retry. What is done is kept',
    ),
  });
  isPaid = true;
  answered = 0;
  expect((await sparsedge(folder, [...args, ...more])).code).toBe(0);
  const lines = readFileSync(join(folder, 'out.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).doc_id)).toEqual(ids);
});
