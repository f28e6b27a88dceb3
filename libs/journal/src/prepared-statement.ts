/** A statement that is prepared once per connection; `name` tells the server that it knows it already. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}
