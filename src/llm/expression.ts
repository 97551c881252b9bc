/** Deepest nesting of an expression; keeps a hostile input from using up the stack. */
const MAX_DEPTH = 64;
/** Longest expression in characters. */
const MAX_LENGTH = 500;

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log: Math.log10,
  log10: Math.log10,
  log2: Math.log2,
  max: Math.max,
  min: Math.min,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
};

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E };

/** One token: a number, a name, or a single sign. Full-width signs and × ÷ are what Chinese keyboards write. */
const TOKEN = /\s*(?:(\d+(?:_\d+)*(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-zπ]\w*)|(\*\*|[-+*/%^(),!]))/iuy;

const SIGNS: Readonly<Record<string, string>> = {
  "×": "*",
  "÷": "/",
  "（": "(",
  "）": ")",
  "，": ",",
  "＋": "+",
  "－": "-",
  "−": "-",
  "＊": "*",
  "／": "/",
  "％": "%",
};

type Token =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name" | "sign"; readonly value: string };

function tokenize(source: string): Token[] {
  const text = source.replace(/[×÷（），＋－−＊／％]/gu, (sign) => SIGNS[sign] ?? sign);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`cannot read the expression at character ${at + 1}`);
    if (match[1] !== undefined) tokens.push({ kind: "number", value: Number(match[1].replaceAll("_", "")) });
    else if (match[2] !== undefined) tokens.push({ kind: "name", value: match[2].toLowerCase() });
    else if (match[3] !== undefined) tokens.push({ kind: "sign", value: match[3] === "**" ? "^" : match[3] });
  }
  return tokens;
}

/** Recursive descent over the tokens. Precedence from loose to tight: `+ -`, `* / %`, unary, `^` (from the right), `!`. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length)
      throw new SyntaxError(`did not expect ${JSON.stringify(this.#tokens[this.#at]?.value)} there`);
    return value;
  }

  #take(...signs: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || !signs.includes(token.value)) return undefined;
    this.#at++;
    return token.value;
  }

  #sum(): number {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      const right = this.#product();
      left = sign === "+" ? left + right : left - right;
    }
    this.#depth--;
    return left;
  }

  #product(): number {
    let left = this.#unary();
    for (let sign = this.#take("*", "/", "%"); sign !== undefined; sign = this.#take("*", "/", "%")) {
      const right = this.#unary();
      if (sign !== "*" && right === 0) throw new RangeError("division by zero");
      left = sign === "*" ? left * right : sign === "/" ? left / right : left % right;
    }
    return left;
  }

  #unary(): number {
    let negative = false;
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-"))
      if (sign === "-") negative = !negative;
    const value = this.#power();
    return negative ? -value : value;
  }

  #power(): number {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    let base = this.#atom();
    while (this.#take("!") !== undefined) base = factorial(base);
    const value = this.#take("^") === undefined ? base : base ** this.#unary();
    this.#depth--;
    return value;
  }

  #atom(): number {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("the expression ends too early");
    if (token.kind === "number") return token.value;
    if (token.kind === "name") return this.#named(token.value);
    if (token.value !== "(") throw new SyntaxError(`did not expect ${JSON.stringify(token.value)} there`);
    const value = this.#sum();
    if (this.#take(")") === undefined) throw new SyntaxError("a ) is missing");
    return value;
  }

  #named(name: string): number {
    const constant = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
    if (constant !== undefined) return constant;
    const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (fn === undefined) throw new SyntaxError(`unknown name ${JSON.stringify(name)}`);
    if (this.#take("(") === undefined) throw new SyntaxError(`${name} needs ( )`);
    const args = [this.#sum()];
    while (this.#take(",") !== undefined) args.push(this.#sum());
    if (this.#take(")") === undefined) throw new SyntaxError("a ) is missing");
    return fn(...args);
  }
}

function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) throw new RangeError("! needs a whole number from 0 to 170");
  let value = 1;
  for (let i = 2; i <= n; i++) value *= i;
  return value;
}

/**
 * Works out an arithmetic expression: `+ - * / % ^ !`, parentheses, `pi`, `e` and common functions. Evaluates nothing else.
 * Whole numbers are exact up to 2^53; other results are rounded to 15 significant digits, so that 0.1 + 0.2 is 0.3.
 * @throws SyntaxError when it cannot be read, RangeError when it has no finite result.
 */
export function evaluateExpression(source: string): number {
  if (source.length > MAX_LENGTH) throw new RangeError(`the expression is longer than ${MAX_LENGTH} characters`);
  const tokens = tokenize(source);
  if (tokens.length === 0) throw new SyntaxError("the expression is empty");
  const value = new Parser(tokens).whole();
  if (!Number.isFinite(value)) throw new RangeError("the result is not a finite number");
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
}
