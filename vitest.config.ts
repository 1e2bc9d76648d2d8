import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, browsers and PDFs: generous, so that a busy machine is slow and not red.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // The usual "one fewer than the processors" is one on a machine with two.
    maxWorkers: 2,
  },
});
