// What the operating system refuses, as an error that names the file and says why in words.

import { SparsedgeError } from '../../src/core/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EDQUOT: 'the quota of the disk is used up',
  EEXIST: 'there is something of that name already',
  EFBIG: 'it would be larger than a file may be here',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
};

/**
 * What a refusal of the system is to a caller; any other error stays as it is.
 *
 * @param path of the file, which the system does not always name
 */
export function systemError(path: string, action: 'read' | 'written' | 'removed', cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (cause instanceof SparsedgeError || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return cause;
  const reason = REASONS[code] ?? `the system says ${code}`;
  return new SparsedgeError(
    'unavailable',
    `${path} cannot be ${action}: ${reason}`,
    { path, system: code },
    { cause },
  );
}

/** Does something with a file; what the system refuses becomes an error that names the file. */
export function naming<T>(path: string, action: 'read' | 'written' | 'removed', task: () => T): T {
  try {
    return task();
  } catch (cause) {
    throw systemError(path, action, cause);
  }
}

/** Whether an import failed because there is no such package: Node says it so, and Yarn's Plug'n'Play without ERR. */
export function isNotInstalled(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
