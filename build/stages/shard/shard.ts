// Pages → shards: objects of up to SHARD_BYTES, written as they come and named by their content at the end.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADER_BYTES, header } from '../../../src/core/format/header.ts';
import { placeIdentity, type RunPlace, sealPage } from '../../../src/core/format/page.ts';
import type { PageRun, Shard } from '../../../src/core/format/page-table.ts';
import { makeFolder, objectName } from '../../work/files.ts';
import { noteObject } from '../../work/object-log.ts';
import { writeAll } from '../../work/records.ts';
import { naming } from '../../work/system-error.ts';
import type { PageSink } from './page-sink.ts';

/** Large enough that a build has few objects, small enough that one uploads and retries easily. */
const SHARD_BYTES = 64 * 1024 * 1024;

/** Writes the pages of one space, or the documents. */
export class ShardWriter implements PageSink {
  readonly #folder: string;
  readonly #workFolder: string;
  readonly #where: RunPlace;
  readonly #partial: string;
  readonly #shards: Shard[] = [];
  readonly #pageStart: number[] = [0];
  #file: number | undefined;
  #hash: Hash | undefined;
  #firstPage = 0;
  #bytes = 0;

  /** @param workFolder where a shard lies until it is whole, and where its name is noted */
  constructor(folder: string, workFolder: string, where: RunPlace) {
    this.#folder = folder;
    this.#workFolder = workFolder;
    this.#where = where;
    this.#partial = join(workFolder, `${where.space}.shard`);
  }

  get nextPage(): number {
    return this.#pageStart.length - 1;
  }

  /** Seals and writes a page; returns its number. */
  write(body: Uint8Array): number {
    const page = this.nextPage;
    if (this.#bytes >= SHARD_BYTES) this.#closeShard();
    if (this.#file === undefined) this.#openShard();
    const sealed = sealPage(body, placeIdentity({ ...this.#where, page }));
    this.#append(sealed);
    this.#pageStart.push(this.#pageStart[page] + sealed.length);
    return page;
  }

  /** Closes the last shard; says where everything lies. */
  finish(): PageRun {
    if (this.#file !== undefined) this.#closeShard();
    return { pageStart: Float64Array.from(this.#pageStart), shards: this.#shards };
  }

  #openShard(): void {
    this.#file = openSync(this.#partial, 'w');
    this.#hash = createHash('sha256');
    this.#firstPage = this.nextPage;
    this.#bytes = -HEADER_BYTES;
    this.#append(header('shard', this.#where.build));
  }

  #append(bytes: Uint8Array): void {
    writeAll(this.#file!, bytes, this.#partial);
    this.#hash!.update(bytes);
    this.#bytes += bytes.length;
  }

  #closeShard(): void {
    fsyncSync(this.#file!);
    closeSync(this.#file!);
    const name = objectName(this.#hash!.digest('hex'));
    noteObject(this.#workFolder, name);
    const path = join(this.#folder, name);
    makeFolder(dirname(path));
    naming(path, 'written', () => renameSync(this.#partial, path));
    this.#shards.push({ name, firstPage: this.#firstPage });
    this.#file = undefined;
  }
}
