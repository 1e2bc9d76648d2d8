import { serve } from '../serve.ts';
import type { Command } from './command.ts';
import { usageError } from './usage-error.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serves the pages and the API; the same as npm start.',
  takes: '',
  details: ['Prints the address, and the one-time set-up link while nobody has set it up.'],
  example: 'concordat serve --store lmdb:./data --port 3000',
  flags: {},
  async run({ config, words, output }) {
    if (words.length > 0) throw usageError(`"serve" takes no ${JSON.stringify(words[0])}.`);
    if (output.json) throw usageError('"serve" answers over HTTP; it has no JSON document.');
    await serve(config);
    return 0;
  },
};
