// The option that every command has.

import { Option } from 'commander';

/** Asks for one JSON document in place of lines for people. */
export function jsonOption(): Option {
  return new Option('--json', 'Print one JSON document instead of text.');
}
