/** Wrong input to the admin API; the message is the answer. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: 400 | 404;

  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.status = status;
  }
}
