// Imported first, makes a process find no onnxruntime-node, so that onnxruntime-web can be measured beside it.

import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'onnxruntime-node')
      throw Object.assign(new Error('left out'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  },
});
