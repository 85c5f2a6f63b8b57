#!/usr/bin/env node
// The command as it is installed. Plain JavaScript that any Node parses, so that an old one can say what is wrong. The
// package has the compiled command line; a clone has its sources, which Node 24 runs as they are.

import { existsSync } from 'node:fs';

const OLDEST = [20, 19];
const OLDEST_OF_SOURCES = [24, 0];

const version = process.versions.node;
const source = new URL('../build/cli.ts', import.meta.url);
if (isOlder(OLDEST)) {
  end(
    `sparsedge needs Node ${OLDEST.join('.')} or later, and this is Node ${version}: see https://nodejs.org`,
  );
} else if (!existsSync(source)) {
  start(new URL('../dist/build/cli.js', import.meta.url));
} else if (isOlder(OLDEST_OF_SOURCES)) {
  end(
    `a clone of sparsedge needs Node ${OLDEST_OF_SOURCES[0]}, and this is Node ${version}: run npm ci, which installs one, and then npx sparsedge`,
  );
} else {
  start(source);
}

function isOlder(oldest) {
  const found = version.split('.').map(Number);
  return found[0] < oldest[0] || (found[0] === oldest[0] && found[1] < oldest[1]);
}

function start(commandLine) {
  import(commandLine.href).catch((error) => end(error?.stack ?? String(error)));
}

function end(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
