import type { CodeName } from "../api/codes.ts";
import { refuse, refuseCard } from "../api/refusal.ts";
import type { Refusal } from "../api/refusal.ts";
import type { World } from "../world/index.ts";

/** Why a card JSON was not taken, before it is known whether CardKit or the message API says so. */
export class CardIssue extends Error {
  override readonly name = "CardIssue";
  /** CardKit's own code, where it documents one. */
  readonly cardkit: CodeName | undefined;
  /** What follows `ErrCode:` when the answer is 230099. */
  readonly sub: number;
  readonly value: string | undefined;
  /** `ROOT -> body -> elements -> [0](tag: markdown)` */
  readonly path: string | undefined;
  /** The card has a property that does not exist. */
  readonly unknownProperty: boolean;

  constructor(
    cardkit: CodeName | undefined,
    sub: number,
    text: string,
    where: { value?: string | undefined; path?: string | undefined; unknownProperty?: boolean } = {},
  ) {
    super(text);
    this.cardkit = cardkit;
    this.sub = sub;
    this.value = where.value;
    this.path = where.path;
    this.unknownProperty = where.unknownProperty ?? false;
  }
}

/**
 * The issue as CardKit answers it: its own code where the CardKit pages list one, else 230099 with the sub-code (seen for
 * tables on PUT content; taken over for the rest). `generic` replaces the code of "content could not be generated" by the
 * one of the operation that failed (300313, 300315, …).
 */
export function toCardKitRefusal(issue: CardIssue, generic?: CodeName): Refusal {
  if (issue.cardkit === undefined)
    return refuseCard(issue.sub, issue.message, { value: issue.value, path: issue.path });
  const name = issue.cardkit === "cardContent" && generic !== undefined ? generic : issue.cardkit;
  const value = issue.value === undefined ? "" : ` ErrorValue: ${issue.value};`;
  const path = issue.path === undefined ? "" : ` ErrPath: ${issue.path};`;
  return refuse(name, { msg: `ErrMsg: ${issue.message};${value}${path} ` });
}

/** The same for a whole card, in the world's answer to an unknown property. */
export function toWholeCardRefusal(issue: CardIssue, world: World): Refusal {
  return toCardKitRefusal(issue, issue.unknownProperty && world.unknownProperty === 200621 ? "cardParse" : undefined);
}

/** The issue as the message API answers it. */
export function toMessageRefusal(issue: CardIssue): Refusal {
  if (issue.cardkit === "cardTooLarge") return refuse("tooLong");
  return refuseCard(issue.sub, issue.message, { value: issue.value, path: issue.path });
}
