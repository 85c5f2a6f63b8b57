// A real Firefox for tests: what is installed, or what SPARSEDGE_FIREFOX names. It is driven by WebDriver BiDi, which
// it speaks itself: Playwright's driver for an unpatched Firefox asks more of it than long-term releases have.
// https://www.w3.org/TR/webdriver-bidi/

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programNamed } from './programs.ts';

/** The program, if there is one. */
export const FIREFOX = programNamed(process.env.SPARSEDGE_FIREFOX, 'firefox-esr', 'firefox');

/** Why tests are skipped where there is none. */
export const NO_FIREFOX = 'there is no Firefox: install it, or name one in SPARSEDGE_FIREFOX';

/** Keys that are no characters, as WebDriver has them. */
export const KEYS = {
  control: '\uE009',
  enter: '\uE007',
  escape: '\uE00C',
  down: '\uE015',
  end: '\uE010',
  home: '\uE011',
};

/** What is said in answer to a command, or without one. */
interface Said {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly method?: string;
  readonly params?: { readonly level?: string; readonly text?: string };
}

/** A Firefox with one page. */
export class Firefox {
  readonly #program: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (said: Said) => void>();
  #commands = 0;
  #context = '';
  /** What pages reported as errors. */
  readonly errors: string[] = [];

  private constructor(program: ChildProcess, profile: string, socket: WebSocket) {
    this.#program = program;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Said));
  }

  /** Starts it without a window. */
  static async launch(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'sparsedge-firefox-'));
    const options = ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile];
    const program = spawn(FIREFOX!, options, { stdio: ['ignore', 'ignore', 'pipe'] });
    const socket = new WebSocket(`${await addressOf(program)}/session`);
    await once(socket, 'open');
    const firefox = new Firefox(program, profile, socket);
    await firefox.#command('session.new', { capabilities: {} });
    await firefox.#command('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = (await firefox.#command('browsingContext.getTree', {})) as {
      contexts: { context: string }[];
    };
    firefox.#context = contexts[0]!.context;
    return firefox;
  }

  /** Opens an address and waits until it is loaded. */
  async visit(url: string): Promise<void> {
    await this.#command('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** What an expression is in the page, as JSON has it. */
  async evaluate(expression: string): Promise<unknown> {
    const said = await this.#command('script.evaluate', {
      expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
      target: { context: this.#context },
      awaitPromise: true,
    });
    const { type, result, exceptionDetails } = said as {
      type: string;
      result?: { value: string };
      exceptionDetails?: { text: string };
    };
    if (type !== 'success') throw new Error(`${expression}: ${exceptionDetails?.text}`);
    return JSON.parse(result!.value);
  }

  /** Presses keys one after the other; those of an array together. */
  async press(...keys: readonly (string | readonly string[])[]): Promise<void> {
    const actions = keys.flatMap((key) => {
      const together = typeof key === 'string' ? [key] : key;
      return [
        ...together.map((value) => ({ type: 'keyDown', value })),
        ...together.toReversed().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await this.#command('input.performActions', {
      context: this.#context,
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  async close(): Promise<void> {
    const ended = once(this.#program, 'exit');
    // It closes the connection before it answers.
    void this.#command('browser.close', {}).catch(() => {});
    const killing = setTimeout(() => this.#program.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(killing);
    this.#socket.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }

  #command(method: string, params: object): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#commands;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ type, result = {}, message }) => {
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${message}`));
      });
    });
  }

  #hear(said: Said): void {
    const { id, type, method, params } = said;
    if (type !== 'event') {
      this.#waiting.get(id!)?.(said);
      this.#waiting.delete(id!);
    } else if (method === 'log.entryAdded' && params?.level === 'error') this.errors.push(params.text ?? '');
  }
}

/** Where it listens, which it says when it does. */
async function addressOf(program: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of program.stderr!) {
    said += chunk;
    const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`Firefox ended before it listened:\n${said}`);
}
