import { expect, test } from 'vitest';
import { corrupt } from '../../src/core/errors.ts';

test('a corruption says what was expected, what was found and where', () => {
  const error = corrupt('page 3', 'checksum 1', 'checksum 2');
  expect(error.message).toBe('page 3: expected checksum 1, found checksum 2');
  expect(error.code).toBe('corrupt');
});
