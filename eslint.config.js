import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'boards/server/build/**',
      'build/generated/**',
      'dist/**',
      'node_modules/**',
      '**/.pipeline/**',
    ],
  },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
    },
  },
  {
    // Nothing prints but reporters; nothing reads env, argv or the clock but cli/ (processes of our own have their own main).
    files: [
      'core/**/*.ts',
      'stages/**/*.ts',
      'onnx/**/*.ts',
      'finn/**/*.ts',
      'cache/**/*.ts',
      'runners/**/*.ts',
      'toolchain/**/*.ts',
      'vivado/**/*.ts',
    ],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env' },
        { object: 'process', property: 'argv' },
        { object: 'process', property: 'stdout' },
        { object: 'Date', property: 'now' },
      ],
    },
  },
);
