import { HttpException, HttpStatus, ServiceUnavailableException } from '@nestjs/common';

/** Streams that one route of a host keeps open at a time, and how many of them for one user. */
const MOST_STREAMS = 200;
const MOST_OF_ONE_USER = 8;

/** How many streams are open, in all and of each user. */
export class StreamPlaces {
  readonly #ofUser = new Map<string, number>();
  #all = 0;

  /**
   * Takes a place and returns how to give it back, once.
   * @throws {ServiceUnavailableException} where no place is left
   * @throws {HttpException} 429 where the user has his share
   */
  take(user: string): () => void {
    const own = this.#ofUser.get(user) ?? 0;
    if (own >= MOST_OF_ONE_USER)
      throw new HttpException(`${MOST_OF_ONE_USER} streams of yours are open; close one`, HttpStatus.TOO_MANY_REQUESTS);
    if (this.#all >= MOST_STREAMS)
      throw new ServiceUnavailableException(`${MOST_STREAMS} streams are open at this host; ask again`);
    this.#all += 1;
    this.#ofUser.set(user, own + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#all -= 1;
      const left = (this.#ofUser.get(user) ?? 1) - 1;
      if (left === 0) this.#ofUser.delete(user);
      else this.#ofUser.set(user, left);
    };
  }
}
