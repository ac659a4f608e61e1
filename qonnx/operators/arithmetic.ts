import { roundHalfEven } from '../../base/rounding.ts';
import { binary, comparison, unary, variadic } from './elementwise.ts';
import { erf } from './erf.ts';
import type { Operators } from './operator.ts';

/** Arithmetic, comparison and logic, element by element. */
export const arithmetic: Operators = {
  Abs: unary(Math.abs),
  Add: binary((left, right) => left + right),
  And: comparison((left, right) => left !== 0 && right !== 0),
  Ceil: unary(Math.ceil),
  Div: binary((left, right) => left / right),
  Equal: comparison((left, right) => left === right),
  Erf: unary(erf),
  Exp: unary(Math.exp),
  Floor: unary(Math.floor),
  Greater: comparison((left, right) => left > right),
  GreaterOrEqual: comparison((left, right) => left >= right),
  Less: comparison((left, right) => left < right),
  LessOrEqual: comparison((left, right) => left <= right),
  Log: unary(Math.log),
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Mul: binary((left, right) => left * right),
  Neg: unary((value) => -value),
  Not: unary((value) => Number(value === 0)),
  Or: comparison((left, right) => left !== 0 || right !== 0),
  Pow: binary((base, exponent) => base ** exponent),
  Reciprocal: unary((value) => 1 / value),
  // Larger numbers have no fraction.
  Round: unary((value) => (Math.abs(value) < 2 ** 51 ? roundHalfEven(value) : value)),
  Sign: unary(Math.sign),
  Sqrt: unary(Math.sqrt),
  Sub: binary((left, right) => left - right),
  Sum: variadic((left, right) => left + right),
  Xor: comparison((left, right) => (left !== 0) !== (right !== 0)),
};
