// Style sheets are bundled as their text: build/local/bundles/page-code.ts.
declare module '*.css' {
  const css: string;
  // biome-ignore lint/style/noDefaultExport: a bundler gives a text so.
  export default css;
}
