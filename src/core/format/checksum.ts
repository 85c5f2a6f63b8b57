// CRC-32 (the polynomial of IEEE 802.3, reflected), sixteen bytes a step. It finds every burst of up to 32 flipped
// bits and misses other damage once in four billion times; it is no defence against forgery.

/** How each of the 256 bytes changes the checksum when no byte follows it, then when one does, and so on to 15. */
const TABLE = ((): Int32Array => {
  const table = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) table[i] = (table[i - 256] >>> 8) ^ table[table[i - 256] & 0xff];
  return table;
})();

/**
 * The CRC-32 of bytes.
 *
 * @param seed the CRC-32 of what came before, to checksum in parts
 */
export function crc32(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = ~seed;
  let i = 0;
  for (const last = bytes.length - 16; i <= last; i += 16) {
    crc =
      changed(crc ^ view.getInt32(i, true), 12) ^
      changed(view.getInt32(i + 4, true), 8) ^
      changed(view.getInt32(i + 8, true), 4) ^
      changed(view.getInt32(i + 12, true), 0);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 0xff];
  return ~crc >>> 0;
}

/** How four bytes change the checksum when `behind` bytes follow them. */
function changed(word: number, behind: number): number {
  const at = behind << 8;
  return (
    TABLE[at + 768 + (word & 0xff)] ^
    TABLE[at + 512 + ((word >>> 8) & 0xff)] ^
    TABLE[at + 256 + ((word >>> 16) & 0xff)] ^
    TABLE[at + (word >>> 24)]
  );
}
