import { expect, test } from 'vitest';
import { buttonWords, doneWords, headingWords } from '../../web/presenters/button-words.ts';

test.each([
  ['Send it to be signed', 'Send it to be signed', '“Send it to be signed” has been recorded.'],
  ['Edit staff', 'Save', '“Staff” has been saved.'],
  ['Edit the parties and who signs', 'Save', '“Parties and who signs” has been saved.'],
  ['Is it ready?', 'Save the answer', 'The answer to “Is it ready?” has been recorded.'],
])(
  'the button of “%s” names what pressing it does, and so does the next page',
  (label, button, done) => {
    expect(buttonWords(label)).toBe(button);
    expect(doneWords(label)).toBe(done);
  },
);

test('a question stands once, over its own answers, and is no heading', () => {
  expect(headingWords('Is it ready?')).toBe('Answer a question');
  expect(headingWords('Edit staff')).toBe('Edit staff');
});
