// A real WebKit for tests: WebKitGTK's own browser, driven by its own driver over WebDriver, on a screen that nobody
// sees. Debian has it as webkit2gtk-driver and xvfb. https://www.w3.org/TR/webdriver2/

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../build/free-port.ts';
import { programNamed } from './programs.ts';

const DRIVER = programNamed(process.env.SPARSEDGE_WEBKIT, 'WebKitWebDriver');
const SCREEN = programNamed(undefined, 'Xvfb');

/** Whether there is one to be driven. */
export const HAS_WEBKIT = DRIVER !== undefined && SCREEN !== undefined;

/** Why tests are skipped where there is none. */
export const NO_WEBKIT = 'there is no WebKitWebDriver or no Xvfb: install webkit2gtk-driver and xvfb';

/** A WebKit with one page. */
export class WebKit {
  readonly #programs: readonly ChildProcess[];
  readonly #driver: string;
  #session = '';

  private constructor(programs: readonly ChildProcess[], driver: string) {
    this.#programs = programs;
    this.#driver = driver;
  }

  static async launch(): Promise<WebKit> {
    const screen = spawn(SCREEN!, ['-displayfd', '3', '-screen', '0', '1280x900x24'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [display] = await once(screen.stdio[3]!, 'data');
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${String(display).trim()}`, LIBGL_ALWAYS_SOFTWARE: '1' };
    const driver = spawn(DRIVER!, [`--port=${port}`], { env, stdio: 'ignore' });
    const webkit = new WebKit([driver, screen], `http://127.0.0.1:${port}`);
    try {
      await webkit.#listening();
      const { sessionId } = (await webkit.#ask('POST', '/session', { capabilities: {} })) as {
        sessionId: string;
      };
      webkit.#session = `/session/${sessionId}`;
    } catch (error) {
      await webkit.close();
      throw error;
    }
    return webkit;
  }

  /** Opens an address and waits until it is loaded. */
  async visit(url: string): Promise<void> {
    await this.#ask('POST', `${this.#session}/url`, { url });
  }

  /** What an expression is in the page, as JSON has it. */
  async evaluate(expression: string): Promise<unknown> {
    const script = `return JSON.stringify((${expression}) ?? null)`;
    return JSON.parse(
      (await this.#ask('POST', `${this.#session}/execute/sync`, { script, args: [] })) as string,
    );
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
    await this.#ask('POST', `${this.#session}/actions`, {
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  async close(): Promise<void> {
    if (this.#session !== '') await this.#ask('DELETE', this.#session);
    for (const program of this.#programs) {
      const ended = program.exitCode === null ? once(program, 'exit') : undefined;
      program.kill();
      await ended;
    }
  }

  async #listening(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#ask('GET', '/status');
        return;
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.#driver}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error}, ${value?.message}`);
    return value;
  }
}
