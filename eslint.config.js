import tseslint from 'typescript-eslint';

/** What only the edges of the program may touch: the clock, the environment, the arguments, the terminal. */
const surroundings = {
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env' },
    { object: 'process', property: 'argv' },
    { object: 'process', property: 'stdout' },
    { object: 'process', property: 'stderr' },
    { object: 'process', property: 'stdin' },
    { object: 'Date', property: 'now' },
    { object: 'performance', property: 'now' },
  ],
};
const clock = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Only cli/ reads the clock; take `now` as a parameter.',
};
const style = [
  {
    selector: "ImportSpecifier[importKind='type']",
    message: 'Import types by an `import type` of their own.',
  },
];

export default tseslint.config(
  {
    ignores: ['server/**', 'build/generated/**', 'dist/**', 'node_modules/**', '**/.pipeline/**', '.venv/**'],
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/method-signature-style': ['error', 'property'],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/prefer-readonly-parameter-types': 'off',
      curly: ['error', 'multi', 'consistent'],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...style],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['test/**', 'build/**', 'cli/**', 'boards/emulated/main.ts'],
    rules: { ...surroundings, 'no-restricted-syntax': ['error', ...style, clock] },
  },
  {
    // A test fails where what it takes for given is missing.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.{js,mjs}'], rules: { eqeqeq: 'error', curly: ['error', 'multi', 'consistent'] } },
);
