// Docusaurus loads plugins by a loader that compiles them anew: what it loads itself is this file alone, and Node the
// rest.
module.exports = async (context, options) => (await import('./docusaurus.js')).sparsedge(context, options);
