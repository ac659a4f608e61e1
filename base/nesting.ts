/** How deep documents may be nested: far deeper than any real one, and far from the end of the stack. */
export const deepestNesting = 100;
