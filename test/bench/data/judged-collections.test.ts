import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../build/stages/read/read.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { isApart, JUDGED, pooled } from './judged-collections.ts';

const shifts = ['newwiki', 'reddit', 'amazon'].flatMap(
  (name) => sharedData(`collections/squadshifts_${name}/corpus.jsonl`) ?? [],
);

// The function itself, cut out of the step that uses it: importing that would need numpy.
const PYTHON = `
import ast, json, sys, zlib
tree = ast.parse(open(sys.argv[1], encoding="utf-8").read())
[found] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "apart"]
exec(compile(ast.Module([found], []), sys.argv[1], "exec"))
print(json.dumps([d["_id"] for path in sys.argv[2:] for d in map(json.loads, open(path, encoding="utf-8")) if apart(d, 0.2)]))
`;

test('articles are kept apart as training keeps them apart', async ({ skip }) => {
  skip(shifts.length < 3, 'no SQuADShifts in the shared data');
  skip(!hasPython(), 'no python3');
  const training = join(import.meta.dirname, '../../../models/train/pretraining/corpus.py');
  const theirs = execFileSync('python3', ['-c', PYTHON, training, ...shifts], { maxBuffer: 1 << 24 });
  const ours: string[] = [];
  for (const input of shifts) {
    for await (const document of readDocuments({ input, report: newReport() })) {
      if (isApart(document)) ours.push(document.id);
    }
  }
  expect(ours.length).toBeGreaterThan(1000);
  expect(ours).toEqual(JSON.parse(theirs.toString()));
});

test('a title that names no article is no article', () => {
  const documents = Array.from({ length: 100 }, (_, i) => ({ id: `a-${i}`, title: 'Amazon Reviews 2030' }));
  const share = documents.filter(isApart).length;
  expect(share).toBeGreaterThan(5);
  expect(share).toBeLessThan(40);
  const article = documents.map(({ id }) => ({ id, title: 'Bread' }));
  expect(new Set(article.map(isApart)).size).toBe(1);
});

test('in a pool, ids and judgments have the name of their collection before them', async () => {
  const sample = await JUDGED.sample();
  const pool = pooled([sample, { ...sample, name: 'other', judgments: { other: sample.judgments.sample! } }]);
  expect(pool.documents).toHaveLength(2 * sample.documents.length);
  expect(new Set(pool.documents.map(({ id }) => id)).size).toBe(pool.documents.length);
  expect(pool.queries).toHaveLength(2 * sample.queries.length);
  const [[query, judged]] = [...sample.judgments.sample!];
  const [[document]] = [...judged!];
  expect(pool.judgments.other!.get(`other/${query}`)!.get(`other/${document}`)).toBe(judged!.get(document!));
  expect([...pool.judgments.sample!.keys()].every((id) => id.startsWith('sample/'))).toBe(true);
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
