// `sparsedge rules`: steers the answers of an index by a file of rules.

import { Command } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type Rules, rulesSchema } from '../../../src/query/language/rules/rules-schema.ts';
import { openFolder } from '../../index/open-folder.ts';
import { setRules } from '../../index/publish.ts';
import { rulesOf } from '../../inspect/rules/rules-object.ts';
import { counted, visible } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';
import { yamlFile } from '../options/yaml-file.ts';

interface Options {
  readonly show?: true;
  readonly remove?: true;
  readonly json?: true;
}

/** The command. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description(
      'Steers the answers of an index by a file of rules: synonyms, results that come first or not at all, factors ' +
        'for documents. No list is built anew, and answers stay exact. Later builds into the same folder, rollbacks ' +
        'and publishing keep the rules.',
    )
    .argument('<folder>', 'The index folder.')
    .argument('[file]', 'The rules, in YAML or JSON: they take the place of those that are there.')
    .option('--show', 'Print the rules that are there.')
    .option('--remove', 'Leave no rules; the next publishing takes them away in the bucket, too.')
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (folder: string, file: string | undefined, { json, ...what }: Options) => {
      const index = await openFolder(folder);
      if ([file, what.show, what.remove].filter((each) => each !== undefined).length !== 1)
        throw new SparsedgeError(
          'bad-input',
          'expected a file of rules, --show or --remove, and one of them alone',
        );
      if (what.show) return show(folder, (await rulesOf(index.source, index.manifest)) ?? {});
      const rules = file === undefined ? {} : yamlFile(file, rulesSchema);
      const missing = await whileLocked(lockFolder(folder, 'setting rules'), () => setRules(folder, rules));
      if (json) printJson({ folder, rules: countsOf(rules), missing });
      else print(...lines(folder, rules, missing));
    });
}

const MORE = `
A file of rules, of which each part may be left out:

  synonyms:
    - [k8s, kubernetes]            # each is searched where the other is asked for
    - from: ssl certificate        # one way, and half as heavy as what was typed
      to: [tls certificate, x509]
      weight: 0.5
  queries:
    - is: install                  # the whole question; or matches: install*
      pin: [/docs/install/]        # ids, URLs or their paths, first in this order
      hide: [old-notes]
  boosts:
    - { path: /blog/*, factor: 0.5 }
    - { title: release notes, factor: 0.8 }
    - { field: version, from: 4, factor: 2 }
    - { id: draft-*, factor: 0 }   # never a result
  recency: { field: date, halfLifeDays: 365, least: 0.25 }
  boostField: boost                # a factor that documents have of their own
  titles: 2                        # where a question is a document's title

Examples:
  sparsedge rules shards/manual rules.yaml
  sparsedge rules shards/manual --show

Exit codes: 0 it is done; 1 the index is damaged; 2 there is no index in the
folder, or a rule cannot be followed: nothing was changed.`;

/** As JSON, which is YAML, too. */
function show(_folder: string, rules: Rules): void {
  printJson(rules);
}

function countsOf({ synonyms, queries, boosts }: Rules) {
  return { synonyms: synonyms?.length ?? 0, queries: queries?.length ?? 0, boosts: boosts?.length ?? 0 };
}

function lines(folder: string, rules: Rules, missing: readonly string[]): string[] {
  const { synonyms, queries, boosts } = countsOf(rules);
  const { recency, boostField, titles } = rules;
  const parts = [
    ...(synonyms > 0 ? [`${counted(synonyms, 'rule')} of synonyms`] : []),
    ...(queries > 0 ? [`${counted(queries, 'rule')} for queries`] : []),
    ...(boosts > 0 ? [counted(boosts, 'boost')] : []),
    ...(recency ? [`how recent documents are by ${visible(recency.field)}`] : []),
    ...(boostField !== undefined ? [`the factors in ${visible(boostField)}`] : []),
    ...(titles !== undefined ? ['titles that are the question'] : []),
  ];
  const found = [
    parts.length > 0
      ? `Answers of ${folder} are steered by ${parts.join(', ')}.`
      : `No rules steer the answers of ${folder}.`,
  ];
  if (missing.length > 0)
    found.push(`The index does not have ${missing.map(visible).join(', ')}: those rules do nothing.`);
  return found;
}
