/** The last i below n with order(i) ≤ 0, or −1; `order` must not decrease. */
export function lastAtMost(n: number, order: (i: number) => number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(middle) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
