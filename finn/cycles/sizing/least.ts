/** The least number below `top` that passes, or `top`. */
export function least(top: number, passes: (value: number) => boolean): number {
  let [low, high] = [0, top];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
