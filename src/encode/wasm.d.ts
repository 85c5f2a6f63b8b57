// A compiled module, which is how bundlers for Workers import WebAssembly: Workers may not compile it themselves.
declare module 'onnxruntime-web/ort-wasm-simd-threaded.wasm' {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: that is what bundlers give.
  export default module;
}
