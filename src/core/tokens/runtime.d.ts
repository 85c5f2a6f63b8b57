// The globals that core and queries may use. They exist in every JavaScript runtime; declaring them here, instead of
// taking a runtime's whole type library, lets the compiler reject everything else.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  constructor(url: string);
  static canParse(url: string): boolean;
  readonly pathname: string;
}
