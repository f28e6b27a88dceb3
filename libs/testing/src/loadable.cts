// What can't require() this package is told so in a sentence, by the first of its files that it gets to run.
try {
  require('./index.js');
} catch (cause) {
  throw new Error(
    '@isolith/testing, like Nest 12, consists of ES modules, and what runs this test can’t require() them. ' +
      'Jest can on Node 24.9 or newer when it is started as: node --experimental-vm-modules node_modules/jest/bin/jest.js',
    { cause },
  );
}
