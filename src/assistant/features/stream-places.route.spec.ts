import { ServiceUnavailableException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { StreamPlaces } from './stream-places.route.js';

describe('places of streams', () => {
  it('are 8 for one user, and one is free again when it was given back, once', () => {
    const places = new StreamPlaces();
    const free = Array.from({ length: 8 }, () => places.take('ada'));
    expect(() => places.take('ada')).toThrow('8 streams of yours');
    expect(() => places.take('bob')).not.toThrow();
    free[0]?.();
    free[0]?.();
    places.take('ada');
    expect(() => places.take('ada')).toThrow('8 streams of yours');
  });

  it('are 200 for all, whoever they are of', () => {
    const places = new StreamPlaces();
    const free = Array.from({ length: 200 }, (_, n) => places.take(`user ${n}`));
    expect(() => places.take('one more')).toThrow(ServiceUnavailableException);
    free[7]?.();
    expect(() => places.take('one more')).not.toThrow();
  });
});
