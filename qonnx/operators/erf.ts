/** The error function, by its series 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (2n+1)!!, whose terms all have the same sign. */
export function erf(value: number): number {
  // Beyond, 1 - |erf| is below 1e-16.
  if (!(Math.abs(value) < 6)) return Number.isNaN(value) ? value : Math.sign(value);
  let term = value;
  let sum = value;
  for (let divisor = 3; Math.abs(term) > Math.abs(sum) * 1e-17; divisor += 2) {
    term *= (2 * value * value) / divisor;
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-value * value) * sum;
}
