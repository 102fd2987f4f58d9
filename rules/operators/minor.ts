const DIGITS = /^-?(0|[1-9]\d{0,30})$/;

/**
 * The amount that an operand stands for: itself, or a text of digits as it is written in a rule.
 * Undefined for everything else, numbers included: nothing is rounded.
 */
export function minorOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'string' && DIGITS.test(value) ? BigInt(value) : undefined;
}

type Compare = (sides: { readonly left: bigint; readonly right: bigint }) => boolean;

/** The operators for money; what is no amount on either side never passes. */
export const minorOperators = {
  minorEqual: minorOperator(({ left, right }) => left === right),
  minorLessThan: minorOperator(({ left, right }) => left < right),
  minorLessThanInclusive: minorOperator(({ left, right }) => left <= right),
  minorGreaterThan: minorOperator(({ left, right }) => left > right),
  minorGreaterThanInclusive: minorOperator(({ left, right }) => left >= right),
} as const;

function minorOperator(compare: Compare): (left: unknown, right: unknown) => boolean {
  return (leftValue, rightValue) => {
    const left = minorOf(leftValue);
    const right = minorOf(rightValue);
    return left !== undefined && right !== undefined && compare({ left, right });
  };
}
