/** Orders are spread over so many products, so that rows of stock are no queue that all wait in. */
export const PRODUCTS = 64;
