import type { ClockReading } from "../clock-tool.ts";

/** All the lines of the scripted model in one language. */
export interface Words {
  /** @param turn how many messages the person has sent so far. */
  greeting(turn: number): string;
  readonly menu: string;
  /** The default answer; shows the Markdown a card can hold. @param quote the question, one line, without Markdown. */
  tour(quote: string): string;
  readonly clockAsked: string;
  clockSaid(reading: ClockReading): string;
  readonly calculatorAsked: string;
  calculatorSaid(expression: string, value: number): string;
  toolMissing(name: string): string;
  toolFailed(message: string): string;
  readonly thoughts: string;
  readonly thoughtful: string;
  readonly dying: string;
  /** What comes after {@link dying} when somebody asks for it. */
  readonly dyingRest: string;
  readonly stalling: string;
  readonly stallingRest: string;
  readonly nothingBrokeOff: string;
  /** Over 3,000 characters. */
  readonly long: string;
}
