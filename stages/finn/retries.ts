/** Failures of steps that run Vivado or high-level synthesis which are not their own fault. */
export const vivadoRetries = { 'vivado/licences-in-use': 'later', 'vivado/out-of-memory': 'alone' } as const;
