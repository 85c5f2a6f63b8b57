// When a process started. Numbers of processes are used again, so a number and a start together name one.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process of this machine started, in whatever form the system has it; empty if there is none of that number.
 */
export function startOf(pid: number): string {
  try {
    // The name of the program, in parentheses, may hold anything; behind it are the state and, 20th, the start:
    // proc_pid_stat(5). A process that ended and that its parent has not asked about yet is a zombie.
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return 'ZX'.includes(fields[0]) ? '' : fields[19];
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0);
      return 'running';
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return '';
  }
}
