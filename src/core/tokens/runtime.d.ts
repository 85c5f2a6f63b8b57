// The two globals that core may use. Both exist in every JavaScript runtime; declaring them here, instead of
// taking a runtime's whole type library, lets the compiler reject everything else.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
