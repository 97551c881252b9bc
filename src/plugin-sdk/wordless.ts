/**
 * What a model is told in the place of a message that is nothing but a mention, or nothing at all: providers refuse an empty message.
 * @param speaker who wrote it, where several people do
 * @param pointing whether it quotes something that the model is shown
 */
export function wordlessMessage(speaker: string | undefined, pointing: boolean): string {
  const at = pointing ? ", pointing at the message above" : "";
  return speaker === undefined
    ? `(a message without words${at})`
    : `(${speaker} mentioned you without writing anything else${at})`;
}
