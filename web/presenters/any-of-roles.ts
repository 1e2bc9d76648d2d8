import { inWords } from '../../engine/in-words.ts';
import { midSentence } from '../../engine/mid-sentence.ts';

/** "Each party’s signatory or person to whom signing was passed on". */
export function anyOfRoles(titles: readonly string[]): string {
  const [first, ...others] = titles;
  return first === undefined ? '' : inWords([first, ...others.map(midSentence)], 'or');
}
