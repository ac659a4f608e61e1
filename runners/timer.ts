/** The longest time a timer of Node takes, in ms (24.8 days); a longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1;
