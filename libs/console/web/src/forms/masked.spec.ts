import { expect, it } from '@jest/globals';
import { ofWhatIsSeen, valueAt } from './masked.js';

it('nothing is said against a value that is masked', () => {
  const value = { email: '***', lines: [{ 'a/b': '***', quantity: 0 }] };
  const problem = (pointer: string) => ({ pointer, detail: 'is wrong' });
  const problems = ['/email', '/lines/0/a~1b', '/lines/0/quantity', '/nothing/there'].map(problem);
  expect(ofWhatIsSeen(value, problems)).toEqual([problem('/lines/0/quantity'), problem('/nothing/there')]);
});

it('a pointer to nothing finds nothing', () => {
  expect([valueAt({ a: 1 }, '/a/b'), valueAt('text', '/length'), valueAt([1], '/0'), valueAt(7, '')]).toEqual([
    undefined,
    undefined,
    1,
    7,
  ]);
});
